import { annotate } from '../annotations/annotate.ts'
import { requireAny, requireCapability } from '../auth/principal.ts'
import { AppendWindow } from '../channel/publish/append-rollup.ts'
import { applyAppend, checkAppend } from '../channel/publish/append.ts'
import { parseChannelName } from '../channel/channel-name.ts'
import type { Channel } from '../channel/channel.ts'
import { mutate } from '../channel/publish/mutate.ts'
import type { Origin } from '../channel/publish/origin.ts'
import { publish } from '../channel/publish/publish.ts'
import { parseMessages, type InboundMessage } from '../message/inbound-message.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { MessageAction } from '../protocol/actions.ts'
import { Mode } from '../protocol/flags.ts'
import type { InboundFrame } from '../protocol/protocol-message.ts'
import { isRecord } from '../shared/record.ts'
import type { AckSlot } from './ack-queue.ts'
import type { Connection } from './connection.ts'

/** Handles MESSAGE: a publish, or one update, delete or append. Its ACK follows when the store has it. */
export function receiveMessages(connection: Connection, frame: InboundFrame): void {
  const name = typeof frame['channel'] === 'string' ? frame['channel'] : ''
  const msgSerial = msgSerialOf(frame)
  const slot = connection.acks.open(msgSerial, name)
  if (slot === undefined) return
  try {
    const { base, filter } = parseChannelName(name)
    requireAny(connection.principal, base)
    if (filter !== undefined)
      throw new AblyError(
        40000,
        400,
        'unable to publish; a filtered channel takes no messages: publish to the channel without its filter',
      )
    const channel = connection.host.channel(base)
    const messages = parseMessages(frame['messages'])
    if (isRecord(frame['params']) && frame['params']['_forceNack'] === 'true') throw new AblyError(40099, 400, 'nack as asked')
    perform(connection, channel, originOf(connection, msgSerial), messages, slot, name)
  } catch (error) {
    refuse(connection, slot, toAblyError(error, 'a frame', connection.host.options.log))
  }
}

/** Handles ANNOTATION. Like a publish it needs no attachment. */
export function receiveAnnotations(connection: Connection, frame: InboundFrame): void {
  const name = typeof frame['channel'] === 'string' ? frame['channel'] : ''
  const msgSerial = msgSerialOf(frame)
  connection.flushAppends()
  const slot = connection.acks.open(msgSerial, name)
  if (slot === undefined) return
  try {
    const { base } = parseChannelName(name)
    requireAny(connection.principal, base)
    const channel = connection.host.channel(base)
    requireMode(connection, channel, name, 'annotation-publish', Mode.ANNOTATION_PUBLISH)
    acknowledge(connection, slot, annotate(channel, originOf(connection, msgSerial), frame['annotations']))
  } catch (error) {
    refuse(connection, slot, toAblyError(error, 'a frame', connection.host.options.log))
  }
}

/** The place of a frame in the sequence of its connection. Throws 40000 when it has none. */
export function msgSerialOf(frame: InboundFrame): number {
  const { msgSerial } = frame
  if (typeof msgSerial === 'number' && Number.isSafeInteger(msgSerial) && msgSerial >= 0) return msgSerial
  throw new AblyError(40000, 400, 'unable to accept the frame; its msgSerial is missing or not a whole number')
}

function originOf(connection: Connection, msgSerial: number): Origin {
  const { principal, clientId, id, rate } = connection
  return { principal, clientId, connectionId: id, idBase: `${id}:${msgSerial}`, rate }
}

/** A NACK, unless the client went so far beyond its rate that the connection ends. */
function refuse(connection: Connection, slot: AckSlot, error: AblyError): void {
  if (error.code === 42921) connection.fail(error)
  else slot.nack(error)
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
    requireMode(connection, channel, name, 'publish', Mode.PUBLISH)
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
  const rejection = connection.host.faults.rejectAppend(connection, channel.name, appended.serial)
  if (rejection !== undefined) {
    if (rejection.fold) connection.folded.hold(key, appended)
    throw rejection.error
  }
  const message = connection.folded.take(key, appended)
  const open = connection.appendWindows.get(key)
  if (open !== undefined) {
    return open.add(message, {
      done: (version: string) => acknowledge(connection, slot, [version]),
      failed: (error: AblyError) => refuse(connection, slot, error),
    })
  }
  const checked = checkAppend(channel, origin, message)
  const serial = message.serial ?? ''
  // Pending appends of others come first, and make another version of what was checked.
  const undisturbed = channel.appendWindows.size === 0
  if (!undisturbed) channel.flushAppends(serial)
  acknowledge(connection, slot, [applyAppend(channel, origin, message, undisturbed ? checked : undefined)])
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
  const { store } = connection.host
  if (!store.durable) return slot.ack(serials)
  store.committed((error) => (error === undefined ? slot.ack(serials) : slot.nack(error)))
}

/** Throws 40165 if the connection is attached without the mode, 40160 if its capability lacks the operation. */
function requireMode(connection: Connection, channel: Channel, name: string, operation: string, mode: number): void {
  const attachment = connection.attachments.get(name)
  if (attachment === undefined || attachment.has(mode)) return
  requireCapability(connection.principal, channel.name, operation)
  throw new AblyError(40165, 401, `unable to perform "${operation}"; the channel is attached without its mode`)
}
