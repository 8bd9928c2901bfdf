import { applyAppend, checkAppend } from '../channel/append.ts'
import { AppendWindow } from '../channel/append-rollup.ts'
import type { Channel } from '../channel/channel.ts'
import { parseChannelName } from '../channel/channel-name.ts'
import { mutate } from '../channel/mutate.ts'
import type { Origin } from '../channel/origin.ts'
import { publish } from '../channel/publish.ts'
import { requireCapability } from '../auth/principal.ts'
import { parseMessages, type InboundMessage } from '../message/inbound-message.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { MessageAction } from '../protocol/actions.ts'
import { Mode } from '../protocol/flags.ts'
import type { InboundFrame } from '../protocol/protocol-message.ts'
import { isRecord } from '../record.ts'
import type { AckSlot } from './ack-queue.ts'
import type { Connection } from './connection.ts'

/** Handles MESSAGE: a publish, or one update, delete or append. Its ACK follows when the store has it. */
export function receiveMessages(connection: Connection, frame: InboundFrame): void {
  const { msgSerial } = frame
  const name = typeof frame['channel'] === 'string' ? frame['channel'] : ''
  if (typeof msgSerial !== 'number') throw new AblyError(40000, 400, 'unable to publish; the msgSerial is missing')
  const slot = connection.acks.open(msgSerial, name)
  if (slot === undefined) return
  try {
    const channel = connection.broker.channel(parseChannelName(name).base)
    const messages = parseMessages(frame['messages'])
    if (isRecord(frame['params']) && frame['params']['_forceNack'] === 'true') throw new AblyError(40099, 400, 'nack as asked')
    const origin: Origin = {
      principal: connection.principal,
      clientId: connection.clientId,
      connectionId: connection.id,
      idBase: `${connection.id}:${msgSerial}`,
    }
    perform(connection, channel, origin, messages, slot, name)
  } catch (error) {
    slot.nack(toAblyError(error))
  }
}

function perform(
  connection: Connection,
  channel: Channel,
  origin: Origin,
  messages: readonly InboundMessage[],
  slot: AckSlot,
  name: string,
): void {
  const [first] = messages
  if (first === undefined) return
  if (first.action === MessageAction.APPEND && messages.length === 1)
    return receiveAppend(connection, channel, origin, first, slot)
  // Appends may wait for each other, but nothing else of this connection may overtake them.
  connection.flushAppends()
  if (messages.every((message) => message.action === MessageAction.CREATE)) {
    requirePublishMode(connection, channel, name)
    acknowledge(connection, slot, publish(channel, origin, messages))
  } else if (messages.length === 1 && (first.action === MessageAction.UPDATE || first.action === MessageAction.DELETE)) {
    connection.folded.drop(messageKey(channel, first))
    acknowledge(connection, slot, [mutate(channel, origin, first)])
  } else {
    throw new AblyError(40000, 400, 'unable to publish; a frame holds creates, or one update, delete or append')
  }
}

function receiveAppend(connection: Connection, channel: Channel, origin: Origin, appended: InboundMessage, slot: AckSlot): void {
  const key = messageKey(channel, appended)
  const rejection = connection.broker.faults.rejectAppend(connection, channel.name)
  if (rejection !== undefined) {
    if (rejection.fold) connection.folded.hold(key, appended)
    throw rejection.error
  }
  const message = connection.folded.take(key, appended)
  const outcome = {
    done: (version: string) => acknowledge(connection, slot, [version]),
    failed: (error: AblyError) => slot.nack(error),
  }
  const open = connection.appendWindows.get(key)
  if (open !== undefined) return open.add(message, outcome)
  checkAppend(channel, origin, message)
  const serial = message.serial ?? ''
  channel.flushAppends(serial)
  outcome.done(applyAppend(channel, origin, message))
  const { appendRollupWindow } = connection.settings
  if (appendRollupWindow > 0) {
    const close = (): void => void connection.appendWindows.delete(key)
    connection.appendWindows.set(key, new AppendWindow(channel, serial, origin, appendRollupWindow, close))
  }
}

function messageKey(channel: Channel, message: InboundMessage): string {
  return `${channel.name}\n${message.serial}`
}

function acknowledge(connection: Connection, slot: AckSlot, serials: readonly string[]): void {
  connection.broker.store.committed(() => slot.ack(serials))
}

function requirePublishMode(connection: Connection, channel: Channel, name: string): void {
  const attachment = connection.attachments.get(name)
  if (attachment === undefined || attachment.has(Mode.PUBLISH)) return
  requireCapability(connection.principal, channel.name, 'publish')
  throw new AblyError(40165, 401, 'unable to publish; the channel is attached without the mode "publish"')
}
