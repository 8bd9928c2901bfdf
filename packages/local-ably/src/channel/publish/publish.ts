import { requireCapability, stampClientId } from '../../auth/principal.ts'
import { stampUserClaim } from '../../auth/user-claim.ts'
import { requireChannelRate, requireConnectionRate } from '../../limits/limits.ts'
import { Body } from '../../message/body.ts'
import type { InboundMessage } from '../../message/inbound-message.ts'
import type { MessageVersion } from '../../message/message-version.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import { MessageAction } from '../../protocol/actions.ts'
import { messageSerial } from '../../protocol/serials.ts'
import type { Channel } from '../channel.ts'
import { deliverMessages } from '../deliver/deliver.ts'
import type { Origin } from './origin.ts'
import { requirePrivileges } from './privileges.ts'
import { requireSize } from './require-size.ts'

/** Stores and delivers a publish as one unit; returns the serials of its messages. */
export function publish(channel: Channel, origin: Origin, messages: readonly InboundMessage[]): readonly string[] {
  requireCapability(origin.principal, channel.name, 'publish')
  requireSize(channel, sizeOf(messages))
  requireBatchIds(messages)
  const now = channel.host.options.clock.now()
  const earlier = earlierPublish(channel, messages, now)
  if (earlier !== undefined) return earlier
  requirePrivileges(channel, origin, messages)
  const ephemeral = areEphemeral(messages)
  const { limits } = channel.host.options
  requireConnectionRate(limits, origin.rate, messages.length, now)
  requireChannelRate(limits, channel.rates, messages.length, sizeOf(messages), now)
  channel.expire()

  const { channelSerial, timestamp } = channel.serials.next()
  const versions = messages.map((message, index): MessageVersion => {
    const serial = messageSerial(channelSerial, index)
    const body = new Body(message.data)
    return {
      serial,
      id: message.id ?? `${origin.idBase}:${index}`,
      timestamp,
      clientId: stampClientId(origin.clientId, message.clientId),
      connectionId: origin.connectionId,
      name: message.name,
      extras: stampUserClaim(origin.principal.userClaims, channel.name, message.extras),
      encoding: message.encoding,
      action: MessageAction.CREATE,
      version: { serial, timestamp },
      body,
      length: body.length,
    }
  })
  for (const version of versions) channel.publishedIds.add(version.id, version.serial, now)
  if (!ephemeral) {
    channel.host.store.insert(channel.name, versions)
    for (const version of versions) channel.remember(version)
    channel.backlog.add({ kind: 'messages', channelSerial, versions, publisher: origin.connectionId })
  }
  deliverMessages(channel, channelSerial, versions, origin.connectionId)
  return versions.map((version) => version.serial)
}

function sizeOf(messages: readonly InboundMessage[]): number {
  return messages.reduce((total, message) => total + message.size, 0)
}

/** Whether the messages go only to current attachments and are not stored (P87). */
function areEphemeral(messages: readonly InboundMessage[]): boolean {
  const count = messages.filter(({ extras }) => extras?.['ephemeral'] === true).length
  if (count === 0 || count === messages.length) return count > 0
  throw new AblyError(40000, 400, 'unable to publish; either all messages of a batch are ephemeral or none')
}

/** The ids of a batch share a base and count up, so that a repeated batch is recognised (P86, RSL1k). */
function requireBatchIds(messages: readonly InboundMessage[]): void {
  const first = messages[0]?.id
  if (messages.length < 2 || messages.every((message) => message.id === undefined)) return
  const base = first?.endsWith(':0') ? first.slice(0, -2) : undefined
  if (base === undefined || !messages.every((message, index) => message.id === `${base}:${index}`)) {
    throw new AblyError(40031, 400, 'unable to publish; the ids of a batch must be base:0, base:1 and so on')
  }
}

function earlierPublish(channel: Channel, messages: readonly InboundMessage[], now: number): readonly string[] | undefined {
  const serials: string[] = []
  for (const message of messages) {
    const serial = message.id === undefined ? undefined : channel.publishedIds.find(message.id, now)
    if (serial === undefined) return undefined
    serials.push(serial)
  }
  return serials
}
