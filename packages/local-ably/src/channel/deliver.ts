import { type MessageVersion, dataOf, toWire, wireMessage } from '../message/message-version.ts'
import { Action, MessageAction } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import type { Data, WireMessage } from '../protocol/protocol-message.ts'
import type { Attachment } from './attachment.ts'
import type { Channel } from './channel.ts'

/** Sends creates, updates or deletes to every subscriber; `publisher` is the connection they came from. */
export function deliverMessages(
  channel: Channel,
  channelSerial: string,
  versions: readonly MessageVersion[],
  publisher: string | undefined,
): void {
  const frame = messageFrame(channel, channelSerial, versions.map(toWire))
  for (const attachment of channel.attachments) {
    if (!attachment.hears(publisher)) continue
    attachment.conflation?.flush()
    for (const version of versions) attachment.sent.add(version.serial)
    attachment.send(frame)
  }
}

/**
 * Sends an append: the increment to those who have been sent the message, the whole message to the others. Each of
 * the two frames is made once, and only when somebody needs it.
 */
export function deliverAppend(
  channel: Channel,
  channelSerial: string,
  version: MessageVersion,
  increment: Data,
  publisher: string | undefined,
): void {
  let incremental: Frame | undefined
  let full: Frame | undefined
  for (const attachment of channel.attachments) {
    if (!attachment.hears(publisher)) continue
    const conflate = channel.broker.faults.conflation(attachment)
    if (conflate === undefined && knows(attachment, version.serial)) {
      incremental ??= messageFrame(channel, channelSerial, [wireMessage(version, MessageAction.APPEND, increment)])
      attachment.send(incremental)
    } else if (conflate !== undefined && conflate.append(version, increment, knows(attachment, version.serial))) {
      continue
    } else {
      full ??= fullFrame(channel, channelSerial, version)
      attachment.sent.add(version.serial)
      attachment.send(full)
    }
  }
}

export function messageFrame(channel: Channel, channelSerial: string, messages: readonly WireMessage[]): Frame {
  return new Frame({ action: Action.MESSAGE, channel: channel.name, channelSerial, messages })
}

export function fullFrame(channel: Channel, channelSerial: string, version: MessageVersion): Frame {
  return messageFrame(channel, channelSerial, [wireMessage(version, MessageAction.UPDATE, dataOf(version))])
}

function knows(attachment: Attachment, serial: string): boolean {
  return attachment.sent.has(serial) && !attachment.fullAppends
}
