import { stampUserClaim } from '../../auth/user-claim.ts'
import { Body } from '../../message/body.ts'
import { messageSize, type InboundMessage } from '../../message/inbound-message.ts'
import type { MessageVersion } from '../../message/message-version.ts'
import type { Channel } from '../channel.ts'
import { deliverMessages } from '../deliver/deliver.ts'
import { nextVersion, requireTarget } from './mutation.ts'
import type { Origin } from './origin.ts'
import { requireSize } from './require-size.ts'

/** Updates or deletes a message; fields that are absent carry over. Returns the serial of the new version. */
export function mutate(channel: Channel, origin: Origin, message: InboundMessage): string {
  const target = requireTarget(channel, origin, message)
  channel.flushAppends(target.serial)
  const current = channel.message(target.serial) ?? target
  const replaced = message.data !== undefined
  const body = replaced ? new Body(message.data) : current.body
  const length = replaced ? body.length : current.length
  const name = message.name ?? current.name
  const extras = stampUserClaim(origin.principal.userClaims, channel.name, message.extras ?? current.extras)
  requireSize(channel, messageSize(name, current.clientId, extras, body.read(length)))
  const { channelSerial, version } = nextVersion(channel, origin, message, current)
  const next: MessageVersion = {
    ...current,
    name,
    extras,
    encoding: replaced ? message.encoding : current.encoding,
    action: message.action,
    version,
    // A body of its own: an append to what follows must not grow the version before it.
    body: replaced ? body : new Body(body.read(length)),
    length,
  }
  channel.host.store.replace(channel.name, next)
  channel.remember(next)
  channel.backlog.add({ kind: 'messages', channelSerial, versions: [next], publisher: origin.connectionId })
  deliverMessages(channel, channelSerial, [next], origin.connectionId)
  return version.serial
}
