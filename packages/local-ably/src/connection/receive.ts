import { attach } from '../channel/attach/attach.ts'
import { parseChannelName } from '../channel/channel-name.ts'
import { detach, failChannel } from '../channel/attach/detach.ts'
import { receivePresence, sendSync } from '../channel/presence/presence.ts'
import { toAblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { decodeFrame } from '../protocol/codec.ts'
import { Frame } from '../protocol/frame.ts'
import type { InboundFrame } from '../protocol/protocol-message.ts'
import { describeFailure } from '../shared/guarded.ts'
import type { Connection } from './connection.ts'
import { reauthenticate } from './reauthenticate.ts'
import { msgSerialOf, receiveAnnotations, receiveMessages } from './receive-messages.ts'
import type { Transport } from './transport.ts'

/** Handles one frame from a client: it is answered, or ignored. */
export function receive(connection: Connection, transport: Transport, bytes: Buffer): void {
  if (connection.transport !== transport) return
  let frame: InboundFrame
  try {
    frame = decodeFrame(bytes, transport.format)
  } catch (error) {
    transport.end(fatal(error, connection.host.options.log))
    return
  }
  try {
    dispatch(connection, transport, frame)
  } catch (error) {
    if (typeof frame['channel'] === 'string') failChannel(connection, frame['channel'], error)
    else connection.fail(toAblyError(error, 'a frame', connection.host.options.log))
  }
}

function dispatch(connection: Connection, transport: Transport, frame: InboundFrame): void {
  switch (frame.action) {
    case Action.HEARTBEAT:
      return transport.send(new Frame({ action: Action.HEARTBEAT, id: textOf(frame['id']) }))
    case Action.ATTACH:
      return attach(connection, frame)
    case Action.DETACH:
      return detach(connection, frame)
    case Action.MESSAGE:
      return receiveMessages(connection, frame)
    case Action.PRESENCE:
      return acknowledged(connection, frame, () => receivePresence(connection, frame))
    case Action.SYNC: {
      const attachment = connection.attachments.get(parseChannelName(textOf(frame['channel']) ?? '').name)
      if (attachment) sendSync(attachment)
      return
    }
    case Action.AUTH:
      reauthenticate(connection, frame).catch((error: unknown) => {
        connection.host.options.log(describeFailure(`connection ${connection.id}`, error))
        transport.cut()
      })
      return
    case Action.ANNOTATION:
      return receiveAnnotations(connection, frame)
    case Action.CLOSE:
      connection.flushAppends()
      connection.acks.flush()
      connection.host.connections.remove(connection)
      return transport.end(new Frame({ action: Action.CLOSED }))
    case Action.DISCONNECT:
      return transport.end()
    default:
      // Actions of later protocol versions are ignored (P76, RSF1).
      return
  }
}

function acknowledged(connection: Connection, frame: InboundFrame, handle: () => void): void {
  connection.flushAppends()
  const slot = connection.acks.open(msgSerialOf(frame), textOf(frame['channel']) ?? '')
  if (slot === undefined) return
  try {
    handle()
    slot.ack([])
  } catch (error) {
    slot.nack(toAblyError(error, 'a frame', connection.host.options.log))
  }
}

function fatal(error: unknown, log: (line: string) => void): Frame {
  return new Frame({ action: Action.ERROR, error: toAblyError(error, 'a frame', log).toWire() })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
