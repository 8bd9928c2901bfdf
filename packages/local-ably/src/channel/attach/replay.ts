import { type MessageVersion, toWire } from '../../message/message-version.ts'
import type { AblyError } from '../../protocol/ably-error.ts'
import { Mode } from '../../protocol/flags.ts'
import type { Frame } from '../../protocol/frame.ts'
import { channelSerialOf } from '../../protocol/serials.ts'
import type { Attachment } from './attachment.ts'
import type { Continuity } from './continuity.ts'
import { annotationFrame, fullFrame, messageFrame, presenceFrame, summaryFrame } from '../deliver/frames.ts'

export interface Replayed {
  readonly frames: readonly Frame[]
  readonly error: AblyError | undefined
}

/** The frames that a returning client missed, in order (P21). Appends are full updates: an increment would have no base. */
export function replay(attachment: Attachment, point: Extract<Continuity, { kind: 'resumed' }>): Replayed {
  const frames = point.source === 'backlog' ? fromBacklog(attachment, point.from) : fromStore(attachment, point.from)
  return { frames, error: undefined }
}

function fromBacklog(attachment: Attachment, from: string): readonly Frame[] {
  const { channel, connection } = attachment
  const frames: Frame[] = []
  const passes = (version: MessageVersion): boolean => attachment.filter?.(version) !== false
  for (const entry of channel.backlog.after(from)) {
    const { channelSerial } = entry
    switch (entry.kind) {
      case 'presence': {
        const all = attachment.has(Mode.PRESENCE_SUBSCRIBE)
        const items = all ? entry.items : entry.items.filter((item) => item.connectionId === connection.id)
        if (items.length > 0) frames.push(presenceFrame(channel, channelSerial, items))
        break
      }
      case 'annotations':
        if (attachment.has(Mode.ANNOTATION_SUBSCRIBE)) frames.push(annotationFrame(channel, channelSerial, entry.annotations))
        break
      case 'summary':
        if (attachment.hears(undefined) && passes(entry.version)) frames.push(summaryFrame(channel, channelSerial, entry.version))
        break
      case 'append':
        if (attachment.hears(entry.publisher) && passes(entry.version)) {
          frames.push(fullFrame(channel, channelSerial, seen(attachment, entry.version)))
        }
        break
      case 'messages': {
        const versions = attachment.hears(entry.publisher) ? entry.versions.filter(passes) : []
        const messages = versions.map((version) => toWire(seen(attachment, version)))
        if (messages.length > 0) frames.push(messageFrame(channel, channelSerial, messages))
        break
      }
      default:
        entry satisfies never
    }
  }
  return frames
}

function fromStore(attachment: Attachment, from: string): readonly Frame[] {
  const { channel } = attachment
  if (!attachment.has(Mode.SUBSCRIBE)) return []
  return channel.host.store
    .changedSince(channel.name, from)
    .filter((version) => version.timestamp >= channel.keptSince && attachment.filter?.(version) !== false)
    .map((version) => messageFrame(channel, channelSerialOf(version.version.serial), [toWire(seen(attachment, version))]))
}

function seen(attachment: Attachment, version: MessageVersion): MessageVersion {
  attachment.sent.add(version.serial)
  return version
}
