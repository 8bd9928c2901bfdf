import type { Broker } from '../apps/broker.ts'
import { requireCapability, stampClientId } from '../auth/principal.ts'
import { applyAppend } from '../channel/publish/append.ts'
import type { Channel } from '../channel/channel.ts'
import { mutate } from '../channel/publish/mutate.ts'
import type { Origin } from '../channel/publish/origin.ts'
import { publish } from '../channel/publish/publish.ts'
import { parseMessage, parseMessages, type InboundMessage } from '../message/inbound-message.ts'
import { toWire, type MessageVersion } from '../message/message-version.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { MessageAction } from '../protocol/actions.ts'
import { binaryToBase64, type Format } from '../protocol/codec.ts'
import { randomId } from '../shared/random-id.ts'
import { committed } from '../store/committed.ts'
import { pageLinks, parsePage, slicePage } from './paging.ts'
import { callerOf, type Caller, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** POST /channels/C/messages */
export async function postMessages(broker: Broker, request: RestRequest, channel: Channel): Promise<RestResponse> {
  const caller = await callerOf(broker, request)
  if (request.query.get('_forceNack') === 'true') throw new AblyError(40099, 400, 'rejected as asked')
  const messages = parseMessages(await request.body())
  const ephemeral = request.query.get('ephemeral') === 'true'
  const published = await publishTo(broker, caller, channel, ephemeral ? messages.map(asEphemeral) : messages)
  // What the ids of the messages have in common.
  return { status: 201, body: { ...published, messageId: published.messageId.replace(/:\d+$/, '') } }
}

/** What the params of a request say of all its messages. */
function asEphemeral(message: InboundMessage): InboundMessage {
  return { ...message, extras: { ...message.extras, ephemeral: true } }
}

/** Publishes, and waits until it is stored; `messageId` is the id of the first message. */
export async function publishTo(
  broker: Broker,
  caller: Caller,
  channel: Channel,
  messages: readonly InboundMessage[],
): Promise<{ channel: string; messageId: string; serials: readonly string[] }> {
  const origin = originOf(broker, caller, messages)
  requireConnectionIdentity(broker, origin, messages)
  const serials = publish(channel, origin, messages)
  await committed(broker.store)
  return { channel: channel.name, messageId: messages[0]?.id ?? `${origin.idBase}:0`, serials }
}

/** PATCH /channels/C/messages/S: update, delete or append. */
export async function patchMessage(
  broker: Broker,
  request: RestRequest,
  channel: Channel,
  serial: string,
): Promise<RestResponse> {
  const caller = await callerOf(broker, request)
  const message = { ...parseMessage(await request.body()), serial }
  const origin = originOf(broker, caller, [message])
  const versionSerial = change(channel, origin, message)
  await committed(broker.store)
  return { status: 200, body: { versionSerial } }
}

/** GET /channels/C/messages, and its alias history. */
export async function getMessages(broker: Broker, request: RestRequest, channel: Channel, word: string): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'history')
  const page = parsePage(request.query, 'backwards')
  // One more than requested shows whether there is a next page.
  const found = broker.store.page(channel.name, {
    ...page,
    start: Math.max(page.start ?? 0, channel.keptSince),
    limit: page.limit + 1,
  })
  const items = found.slice(0, page.limit)
  const next = found.length > page.limit ? items.at(-1)?.serial : undefined
  return { status: 200, body: wireAll(items, request.accepts), links: pageLinks(word, request.query, next) }
}

/** GET /channels/C/messages/S */
export async function getMessage(broker: Broker, request: RestRequest, channel: Channel, serial: string): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'history')
  return { status: 200, body: wireAll([requireMessage(channel, serial)], request.accepts)[0] }
}

/** GET /channels/C/messages/S/versions */
export async function getVersions(broker: Broker, request: RestRequest, channel: Channel, serial: string): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, channel.name, 'history')
  requireMessage(channel, serial)
  const { items, next } = slicePage(broker.store.versions(channel.name, serial), parsePage(request.query, 'forwards'))
  return { status: 200, body: wireAll(items, request.accepts), links: pageLinks('versions', request.query, next) }
}

function change(channel: Channel, origin: Origin, message: InboundMessage): string {
  if (message.action === MessageAction.UPDATE || message.action === MessageAction.DELETE) return mutate(channel, origin, message)
  if (message.action !== MessageAction.APPEND) {
    throw new AblyError(40000, 400, 'unable to change the message; the action is neither update, delete nor append')
  }
  channel.flushAppends(message.serial ?? '')
  return applyAppend(channel, origin, message)
}

/** A REST publish may speak for a connection by naming its key. */
function originOf(broker: Broker, caller: Caller, messages: readonly InboundMessage[]): Origin {
  const key = messages.find((message) => message.connectionKey !== undefined)?.connectionKey
  const connection = key === undefined ? undefined : broker.connections.byKey(key)
  if (key !== undefined && connection === undefined) {
    throw new AblyError(40006, 400, 'unable to publish; no connection has this connectionKey')
  }
  return { ...caller, connectionId: connection?.id, idBase: randomId() }
}

/** On behalf of an identified connection one can only publish as that client (P98; docs: pub-sub/advanced#publish-on-behalf). */
function requireConnectionIdentity(broker: Broker, origin: Origin, messages: readonly InboundMessage[]): void {
  const connection = origin.connectionId === undefined ? undefined : broker.connections.get(origin.connectionId)
  const clientId = connection?.clientId
  if (clientId === undefined || clientId === '*') return
  if (messages.every((message) => stampClientId(origin.clientId, message.clientId) === clientId)) return
  throw new AblyError(40006, 400, `unable to publish for the connection; its client is "${clientId}"`)
}

function requireMessage(channel: Channel, serial: string): MessageVersion {
  const message = channel.message(serial)
  if (message === undefined) throw new AblyError(40400, 404, `unable to find the message "${serial}"`)
  return message
}

function wireAll(versions: readonly MessageVersion[], format: Format): readonly unknown[] {
  return versions.map((version) => (format === 'json' ? binaryToBase64(toWire(version)) : toWire(version)))
}
