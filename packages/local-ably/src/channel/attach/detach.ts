import { toAblyError } from '../../protocol/ably-error.ts'
import { Action } from '../../protocol/actions.ts'
import { Frame } from '../../protocol/frame.ts'
import { channelIn, type InboundFrame } from '../../protocol/protocol-message.ts'
import type { ChannelClient } from '../channel-client.ts'
import { parseChannelName } from '../channel-name.ts'
import { leaveAll } from '../presence/presence.ts'

/** Answers DETACH, also for a channel that was not attached. */
export function detach(connection: ChannelClient, frame: InboundFrame): void {
  const address = parseChannelName(channelIn(frame))
  connection.flushAppends()
  // A client enters presence only where it is attached.
  const attachment = connection.attachments.get(address.name)
  removeAttachment(connection, address.name)
  if (attachment !== undefined) leaveAll(attachment.channel, connection.id)
  connection.send(new Frame({ action: Action.DETACHED, channel: address.name }))
}

/** Fails a channel of a client: it is attached no more, and its members leave. */
export function failChannel(connection: ChannelClient, name: string, error: unknown): void {
  const attachment = connection.attachments.get(name)
  if (attachment !== undefined) {
    removeAttachment(connection, name)
    leaveAll(attachment.channel, connection.id)
  }
  const refusal = toAblyError(error, 'a channel', connection.host.options.log)
  connection.send(new Frame({ action: Action.ERROR, channel: name, error: refusal.toWire() }))
}

export function removeAttachment(connection: ChannelClient, name: string): void {
  const attachment = connection.attachments.get(name)
  if (attachment === undefined) return
  attachment.conflation?.flush()
  attachment.channel.attachments.delete(attachment)
  attachment.channel.leftAt = connection.host.options.clock.now()
  connection.attachments.delete(name)
  attachment.channel.occupancy.changed()
}
