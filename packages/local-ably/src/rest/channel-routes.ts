import type { Broker } from '../apps/broker.ts'
import { requireAny, requireCapability } from '../auth/principal.ts'
import { parseChannelName } from '../channel/channel-name.ts'
import type { Channel } from '../channel/channel.ts'
import { PresenceAction } from '../protocol/actions.ts'
import { binaryToBase64, type Format } from '../protocol/codec.ts'
import type { WirePresence } from '../protocol/protocol-message.ts'
import { getAnnotations, postAnnotations } from './annotation-routes.ts'
import { getMessage, getMessages, getVersions, patchMessage, postMessages } from './message-routes.ts'
import { pageLinks, parsePage, slicePage } from './paging.ts'
import { callerOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** Everything under /channels/C */
export async function channelRoutes(broker: Broker, request: RestRequest): Promise<RestResponse | undefined> {
  const [, name, resource, serial, part] = request.path
  if (name === undefined) return request.method === 'GET' ? activeChannels(broker, request) : undefined
  const { base } = parseChannelName(name)
  // Before the channel is looked up: it may be removed while a body arrives slowly, and a refused request must not create one.
  requireAny((await callerOf(broker, request)).principal, base)
  await request.received()
  const channel = broker.channel(base)
  const route = [request.method, resource, serial === undefined ? undefined : 'S', part].filter(Boolean).join(' ')
  switch (route) {
    case 'GET':
      return channelStatus(broker, request, channel)
    case 'POST messages':
      return postMessages(broker, request, channel)
    case 'GET messages':
    case 'GET history':
      return getMessages(broker, request, channel, resource ?? '')
    case 'GET messages S':
      return getMessage(broker, request, channel, serial ?? '')
    case 'PATCH messages S':
      return patchMessage(broker, request, channel, serial ?? '')
    case 'GET messages S versions':
      return getVersions(broker, request, channel, serial ?? '')
    case 'GET messages S annotations':
      return getAnnotations(broker, request, channel, serial ?? '')
    case 'POST messages S annotations':
      return postAnnotations(broker, request, channel, serial ?? '')
    case 'GET presence':
      return presence(broker, request, channel)
    case 'GET presence S':
      return serial === 'history' ? presenceHistory(broker, request, channel) : undefined
    default:
      return undefined
  }
}

/** GET /channels/C */
async function channelStatus(broker: Broker, request: RestRequest, channel: Channel): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'channel-metadata')
  return { status: 200, body: detailsOf(channel) }
}

/** GET /channels: the channels with attachments, by name. `by=id` returns only names, `prefix` selects some. */
async function activeChannels(broker: Broker, request: RestRequest): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, '*', 'channel-metadata')
  const prefix = request.query.get('prefix') ?? ''
  const active = [...broker.channels()].filter(({ attachments, name }) => attachments.size > 0 && name.startsWith(prefix))
  const ordered = active.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  const { items, next } = slicePage(ordered, parsePage(request.query, 'forwards'))
  const body = items.map((channel) => (request.query.get('by') === 'id' ? channel.name : detailsOf(channel)))
  return { status: 200, body, links: pageLinks('channels', request.query, next) }
}

function detailsOf(channel: Channel): object {
  const status = { isActive: channel.attachments.size > 0, occupancy: { metrics: channel.occupancy.metrics() } }
  return { channelId: channel.name, name: channel.name, status }
}

/** GET /channels/C/presence */
async function presence(broker: Broker, request: RestRequest, channel: Channel): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'subscribe')
  const members = channel.presence
    .members()
    .filter((member) => matches(request.query, 'clientId', member.clientId))
    .filter((member) => matches(request.query, 'connectionId', member.connectionId))
    .map((member) => ({ ...member, action: PresenceAction.PRESENT }))
  const { items, next } = slicePage(members, parsePage(request.query, 'forwards'))
  return { status: 200, body: wirePresence(items, request.accepts), links: pageLinks('presence', request.query, next) }
}

/** GET /channels/C/presence/history */
async function presenceHistory(broker: Broker, request: RestRequest, channel: Channel): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'history')
  const page = parsePage(request.query, 'backwards')
  const events = channel.presence
    .history()
    .filter(
      (event) =>
        event.timestamp >= Math.max(page.start ?? 0, channel.keptSince) &&
        event.timestamp <= (page.end ?? Number.POSITIVE_INFINITY),
    )
  const { items, next } = slicePage(events, page)
  return { status: 200, body: wirePresence(items, request.accepts), links: pageLinks('history', request.query, next) }
}

export function wirePresence(items: readonly WirePresence[], format: Format): readonly unknown[] {
  return format === 'json' ? items.map(binaryToBase64) : items
}

function matches(query: URLSearchParams, name: string, value: string): boolean {
  const wanted = query.get(name)
  return wanted === null || wanted === value
}
