import { requireCapability, stampClientId } from '../auth/principal.ts'
import { stampUserClaim } from '../auth/user-claim.ts'
import type { Channel } from '../channel/channel.ts'
import { deliverAnnotations, deliverSummary } from '../channel/deliver/deliver.ts'
import type { Origin } from '../channel/publish/origin.ts'
import { requireSize } from '../channel/publish/require-size.ts'
import { requireChannelRate, requireConnectionRate } from '../limits/limits.ts'
import { parseMessage } from '../message/inbound-message.ts'
import { requireMutable } from '../options/namespace-rules.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { AnnotationAction } from '../protocol/actions.ts'
import type { WireAnnotation } from '../protocol/protocol-message.ts'
import { messageSerial } from '../protocol/serials.ts'
import { isRecord } from '../shared/record.ts'
import { methodOf, summarise } from './summary.ts'

/** An annotation as a client wrote it, checked. */
type InboundAnnotation = Omit<WireAnnotation, 'id' | 'serial' | 'connectionId' | 'timestamp'> & { readonly size: number }

/**
 * Stores and delivers annotations of one frame or request; returns their serials. Throws 93002 where the rule is off,
 * 40160 without the capability, 40161 for an anonymous client where the type counts clients, 40400 for an unknown message.
 */
export function annotate(channel: Channel, origin: Origin, values: unknown): readonly string[] {
  requireCapability(origin.principal, channel.name, 'annotation-publish')
  requireMutable(channel.host.options.rules, channel.name)
  const list: readonly unknown[] = Array.isArray(values) ? values : [values]
  if (list.length === 0) throw invalid('there is none')
  if (list.length > MAX_ANNOTATIONS) throw invalid(`${list.length} are more than the ${MAX_ANNOTATIONS} of one frame`)
  const inbound = list.map((value) => parseAnnotation(value, origin))
  for (const annotation of inbound) requireRoom(channel, annotation)
  const { limits, clock } = channel.host.options
  const size = inbound.reduce((total, annotation) => total + annotation.size, 0)
  requireSize(channel, size)
  requireConnectionRate(limits, origin.rate, inbound.length, clock.now())
  requireChannelRate(limits, channel.rates, inbound.length, size, clock.now())

  const { channelSerial, timestamp } = channel.serials.next()
  const annotations = inbound.map(({ size: _size, ...annotation }, index): WireAnnotation => ({
    ...annotation,
    extras: stampUserClaim(origin.principal.userClaims, channel.name, annotation.extras),
    id: `${origin.idBase}:${index}`,
    serial: messageSerial(channelSerial, index),
    connectionId: origin.connectionId,
    timestamp,
  }))
  for (const annotation of annotations) store(channel, annotation)
  channel.backlog.add({ kind: 'annotations', channelSerial, annotations, publisher: origin.connectionId })
  deliverAnnotations(channel, channelSerial, annotations)
  const summarised = annotations.filter(({ type }) => methodOf(type) !== undefined)
  for (const serial of new Set(summarised.map(({ messageSerial }) => messageSerial))) sendSummary(channel, serial)
  return annotations.map(({ serial }) => serial)
}

function store(channel: Channel, annotation: WireAnnotation): void {
  const current = requireMessage(channel, annotation.messageSerial)
  const summarised = methodOf(annotation.type) !== undefined
  const next = summarised ? { ...current, summary: summarise(current.summary ?? {}, annotation) } : current
  channel.host.store.annotate(channel.name, next, annotation)
  channel.remember(next)
}

/** Annotations of one frame or request. */
const MAX_ANNOTATIONS = 100

/**
 * Throws 40400 for an unknown message, and 40009 where its summary is as large as a message may be and a further type or name would be
 * added: the full summary goes to every subscriber with each annotation.
 */
function requireRoom(channel: Channel, { messageSerial, type, name = '' }: InboundAnnotation): void {
  const { summary = {} } = requireMessage(channel, messageSerial)
  const known = summary[type]
  if (known !== undefined && (Object.hasOwn(known, name) || 'total' in known)) return
  const { maxMessageSize } = channel.host.options
  if (JSON.stringify(summary).length <= maxMessageSize) return
  throw new AblyError(40009, 400, `unable to annotate; the summary of the message has ${maxMessageSize} bytes already`)
}

/** Sends the summary to every subscriber, the annotating client included. */
function sendSummary(channel: Channel, serial: string): void {
  const version = requireMessage(channel, serial)
  const { channelSerial } = channel.serials.next()
  channel.backlog.add({ kind: 'summary', channelSerial, version, publisher: undefined })
  deliverSummary(channel, channelSerial, version)
}

function requireMessage(channel: Channel, serial: string): NonNullable<ReturnType<Channel['message']>> {
  const message = channel.message(serial)
  if (message === undefined) throw new AblyError(40400, 404, `unable to annotate; the channel has no message "${serial}"`)
  return message
}

function parseAnnotation(value: unknown, origin: Origin): InboundAnnotation {
  if (!isRecord(value)) throw invalid('it is not an object')
  const { type, messageSerial: target, count } = value
  const message = parseMessage(value)
  if (typeof target !== 'string' || target === '')
    throw new AblyError(40003, 400, 'unable to annotate; the messageSerial is missing')
  if (typeof type !== 'string' || type === '') throw invalid('it has no type such as "reaction:distinct.v1"')
  // A type that names no method is kept and delivered, and adds up to nothing.
  const method = methodOf(type)
  const named = method === 'distinct' || method === 'unique' || method === 'multiple'
  if (named && message.name === undefined) throw invalid(`a ${method} annotation needs a name`)
  if (count !== undefined && count !== null && !(typeof count === 'number' && Number.isInteger(count) && count > 0)) {
    throw invalid('its count is not a positive integer')
  }
  const clientId = concrete(stampClientId(origin.clientId, message.clientId))
  if (clientId === undefined && (method === 'flag' || method === 'distinct' || method === 'unique')) {
    throw new AblyError(40161, 401, `unable to annotate; a ${method} annotation needs a clientId`)
  }
  if (message.action !== AnnotationAction.CREATE && message.action !== AnnotationAction.DELETE) {
    throw invalid('its action is neither create nor delete')
  }
  const { name, action, data, encoding, extras, size } = message
  const amount = typeof count === 'number' ? count : undefined
  return { messageSerial: target, type, name, action, count: amount, clientId, data, encoding, extras, size }
}

function concrete(clientId: string | undefined): string | undefined {
  return clientId === '*' ? undefined : clientId
}

function invalid(reason: string): AblyError {
  return new AblyError(40000, 400, `unable to annotate; ${reason}`)
}
