import { type MessageVersion, toWire } from '../message/message-version.ts'
import type { AblyError } from '../protocol/ably-error.ts'
import { Mode } from '../protocol/flags.ts'
import type { Frame } from '../protocol/frame.ts'
import { channelSerialOf } from '../serials.ts'
import type { Attachment } from './attachment.ts'
import type { Continuity } from './continuity.ts'
import { fullFrame, messageFrame } from './deliver.ts'
import { presenceFrame } from './presence.ts'

export interface Replayed {
  readonly frames: readonly Frame[]
  readonly error: AblyError | undefined
}

/** What a returning client missed, in order. Appends come as full updates: an increment would have no base. */
export function replay(attachment: Attachment, point: Extract<Continuity, { kind: 'resumed' }>): Replayed {
  const frames = point.source === 'backlog' ? fromBacklog(attachment, point.from) : fromStore(attachment, point.from)
  return { frames, error: undefined }
}

function fromBacklog(attachment: Attachment, from: string): readonly Frame[] {
  const { channel, connection } = attachment
  const frames: Frame[] = []
  for (const entry of channel.backlog.after(from)) {
    if (entry.kind === 'presence') {
      const items = attachment.has(Mode.PRESENCE_SUBSCRIBE)
        ? entry.items
        : entry.items.filter((item) => item.connectionId === connection.id)
      if (items.length > 0) frames.push(presenceFrame(channel, entry.channelSerial, items))
    } else if (attachment.hears(entry.publisher)) {
      frames.push(
        entry.kind === 'append'
          ? fullFrame(channel, entry.channelSerial, seen(attachment, entry.version))
          : messageFrame(
              channel,
              entry.channelSerial,
              entry.versions.map((version) => toWire(seen(attachment, version))),
            ),
      )
    }
  }
  return frames
}

function fromStore(attachment: Attachment, from: string): readonly Frame[] {
  const { channel } = attachment
  if (!attachment.has(Mode.SUBSCRIBE)) return []
  return channel.broker.store
    .changedSince(channel.name, from)
    .map((version) => messageFrame(channel, channelSerialOf(version.version.serial), [toWire(seen(attachment, version))]))
}

function seen(attachment: Attachment, version: MessageVersion): MessageVersion {
  attachment.sent.add(version.serial)
  return version
}
