import { stampUserClaim } from '../../auth/user-claim.ts'
import type { InboundMessage } from '../../message/inbound-message.ts'
import type { MessageVersion } from '../../message/message-version.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import { MessageAction } from '../../protocol/actions.ts'
import type { Channel } from '../channel.ts'
import { deliverAppend } from '../deliver/deliver.ts'
import { nextVersion, requireTarget } from './mutation.ts'
import type { Origin } from './origin.ts'
import { requireSize } from './require-size.ts'

/** Checks an append when it arrives, before any rollup. Returns the message that it extends. */
export function checkAppend(channel: Channel, origin: Origin, message: InboundMessage, pendingLength = 0): MessageVersion {
  const target = requireTarget(channel, origin, message)
  if (target.action === MessageAction.DELETE) {
    throw new AblyError(40400, 404, 'unable to append; the message has been deleted')
  }
  const sameEncoding = message.encoding === target.encoding || target.length + pendingLength === 0
  const opaque = message.encoding !== undefined && /(^|\/)json(\/|$)|cipher/.test(message.encoding)
  if (message.data !== undefined && (opaque || !sameEncoding || !target.body.accepts(message.data))) {
    throw new AblyError(40000, 400, 'unable to append; only a string can be appended to a string, binary to binary')
  }
  requireSize(channel, target.length + pendingLength + message.size)
  return target
}

/** Stores and delivers an append; returns the serial of the new version. `checked` is what `checkAppend` returned just now. */
export function applyAppend(channel: Channel, origin: Origin, message: InboundMessage, checked?: MessageVersion): string {
  const current = checked ?? checkAppend(channel, origin, message)
  const { channelSerial, version } = nextVersion(channel, origin, message, current)
  const wasEmpty = current.length === 0
  current.body.append(message.data)
  const next: MessageVersion = {
    ...current,
    name: message.name ?? current.name,
    extras: stampUserClaim(origin.principal.userClaims, channel.name, message.extras ?? current.extras),
    encoding: wasEmpty ? (message.encoding ?? current.encoding) : current.encoding,
    action: MessageAction.UPDATE,
    version,
    length: current.body.length,
  }
  try {
    channel.host.store.append(channel.name, next, message.data)
  } catch (error) {
    // The version that stays shares the body.
    current.body.truncate(current.length)
    throw error
  }
  channel.remember(next)
  channel.backlog.add({ kind: 'append', channelSerial, version: next, publisher: origin.connectionId })
  deliverAppend(channel, channelSerial, next, message.data, origin.connectionId)
  return version.serial
}
