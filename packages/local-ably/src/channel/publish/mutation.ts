import { allows } from '../../auth/capability.ts'
import { stampClientId } from '../../auth/principal.ts'
import { requireChannelRate, requireConnectionRate } from '../../limits/limits.ts'
import type { InboundMessage } from '../../message/inbound-message.ts'
import type { MessageVersion } from '../../message/message-version.ts'
import { requireMutable } from '../../options/namespace-rules.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import { MessageAction } from '../../protocol/actions.ts'
import type { WireVersion } from '../../protocol/protocol-message.ts'
import { messageSerial } from '../../protocol/serials.ts'
import type { Channel } from '../channel.ts'
import type { Origin } from './origin.ts'
import { requirePrivileges } from './privileges.ts'

/** The message an update, delete or append is for, once it is sure that the caller may change it. */
export function requireTarget(channel: Channel, origin: Origin, message: InboundMessage): MessageVersion {
  requireMutable(channel.host.options.rules, channel.name)
  if (message.serial === undefined) throw new AblyError(40003, 400, 'unable to change a message; its serial is missing')
  const target = channel.message(message.serial)
  if (target === undefined) {
    throw new AblyError(40400, 404, `unable to change the message "${message.serial}"; the channel has no such message`)
  }
  const operation = message.action === MessageAction.DELETE ? 'message-delete' : 'message-update'
  const own = target.clientId !== undefined && target.clientId === origin.clientId
  const { capability } = origin.principal
  const ownAllowed = allows(capability, channel.name, `${operation}-own`)
  if (!allows(capability, channel.name, `${operation}-any`) && !(own && ownAllowed)) {
    if (ownAllowed && (origin.clientId === undefined || origin.clientId === '*')) {
      throw new AblyError(40166, 401, `unable to change the message; a client without a clientId needs "${operation}-any"`)
    }
    throw new AblyError(40160, 401, `unable to change the message; the capability lacks "${operation}-${own ? 'own' : 'any'}"`)
  }
  requirePrivileges(channel, origin, [message])
  return target
}

/** The version an operation makes; what may still refuse it, identity and rates, does so here, before anything changed. */
export function nextVersion(
  channel: Channel,
  origin: Origin,
  message: InboundMessage,
  current: MessageVersion,
): { channelSerial: string; version: WireVersion } {
  const { limits, clock } = channel.host.options
  const clientId = stampClientId(origin.clientId, message.operation.clientId)
  requireConnectionRate(limits, origin.rate, 1, clock.now())
  requireChannelRate(limits, channel.rates, 1, message.size, clock.now())
  const { channelSerial, timestamp } = channel.serials.next()
  return {
    channelSerial,
    version: {
      serial: messageSerial(channelSerial, 0),
      // Strictly later than the message even within one millisecond: clients sort by it.
      timestamp: Math.max(timestamp, current.timestamp + 1),
      clientId,
      description: message.operation.description,
      metadata: message.operation.metadata,
    },
  }
}
