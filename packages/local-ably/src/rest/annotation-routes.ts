import { annotate } from '../annotations/annotate.ts'
import type { Broker } from '../apps/broker.ts'
import { requireCapability } from '../auth/principal.ts'
import type { Channel } from '../channel/channel.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { binaryToBase64 } from '../protocol/codec.ts'
import { randomId } from '../shared/random-id.ts'
import { isRecord } from '../shared/record.ts'
import { committed } from '../store/committed.ts'
import { pageLinks, parsePage, slicePage } from './paging.ts'
import { callerOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** POST /channels/C/messages/S/annotations: a list of annotations of this message. */
export async function postAnnotations(
  broker: Broker,
  request: RestRequest,
  channel: Channel,
  serial: string,
): Promise<RestResponse> {
  const caller = await callerOf(broker, request)
  const body = await request.body()
  const list: readonly unknown[] = Array.isArray(body) ? body : [body]
  const values = list.map((value) => (isRecord(value) ? { ...value, messageSerial: serial } : value))
  const serials = annotate(channel, { ...caller, connectionId: undefined, idBase: randomId() }, values)
  await committed(broker.store)
  return { status: 201, body: { channel: channel.name, serials } }
}

/** GET /channels/C/messages/S/annotations: oldest first. */
export async function getAnnotations(
  broker: Broker,
  request: RestRequest,
  channel: Channel,
  serial: string,
): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'history')
  if (channel.message(serial) === undefined) throw new AblyError(40400, 404, `unable to find the message "${serial}"`)
  const { items, next } = slicePage(broker.store.annotations(channel.name, serial), parsePage(request.query, 'forwards'))
  const body = request.accepts === 'json' ? items.map(binaryToBase64) : items
  return { status: 200, body, links: pageLinks('annotations', request.query, next) }
}
