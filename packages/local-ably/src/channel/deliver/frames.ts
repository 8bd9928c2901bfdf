import { dataOf, wireMessage, type MessageVersion } from '../../message/message-version.ts'
import { Action, MessageAction } from '../../protocol/actions.ts'
import { Frame } from '../../protocol/frame.ts'
import type { WireAnnotation, WireMessage, WirePresence } from '../../protocol/protocol-message.ts'

interface Named {
  readonly name: string
}

export function messageFrame(channel: Named, channelSerial: string, messages: readonly WireMessage[]): Frame {
  return new Frame({ action: Action.MESSAGE, channel: channel.name, channelSerial, messages })
}

export function fullFrame(channel: Named, channelSerial: string, version: MessageVersion): Frame {
  return messageFrame(channel, channelSerial, [wireMessage(version, MessageAction.UPDATE, dataOf(version))])
}

export function annotationFrame(channel: Named, channelSerial: string, annotations: readonly WireAnnotation[]): Frame {
  return new Frame({ action: Action.ANNOTATION, channel: channel.name, channelSerial, annotations })
}

export function summaryFrame(channel: Named, channelSerial: string, version: MessageVersion): Frame {
  const { id, name, timestamp, serial, version: of, summary = {} } = version
  const message = { id, name, timestamp, serial, version: of, action: MessageAction.SUMMARY, annotations: { summary } }
  return messageFrame(channel, channelSerial, [message])
}

export function presenceFrame(channel: Named, channelSerial: string, presence: readonly WirePresence[]): Frame {
  return new Frame({ action: Action.PRESENCE, channel: channel.name, channelSerial, presence })
}
