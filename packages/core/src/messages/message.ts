import { isUnended } from '../fold/standing.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Frame } from '../protocol/frames.ts'
import type { Message } from '../protocol/message.ts'
import type { MessagePart } from '../protocol/part.ts'
import { memo } from '../shared/memo.ts'
import type { Assembled } from './parts.ts'
import { assemble } from './parts.ts'

/** The message that a record makes which combines with no other. The same object for the same record. */
export const messageOf: (record: MessageRecord) => Message = memo((record: MessageRecord) =>
  record.frames ? messageFrom(record, assemble(framesOf(record), record.role, hasNoMore(record))) : plainMessage(record),
)

/** The message that several records make. @param standing gives everything but the contents @param blocks the records that have contents */
export function joinedMessage(standing: MessageRecord, blocks: readonly MessageRecord[]): Message {
  const frames = blocks.flatMap((record, at) => (at === 0 ? framesOf(record) : following(record)))
  return messageFrom(standing, assemble(frames, standing.role, hasNoMore(standing)))
}

function hasNoMore(record: MessageRecord): boolean {
  return record.role === 'user' || !isUnended(record)
}

const none: readonly MessagePart[] = []

/** Written out, because most messages are plain and one is made for every token that is shown. */
function plainMessage(record: MessageRecord): Message {
  const { text } = record
  const parts: readonly MessagePart[] =
    text === '' ? none : [{ type: 'text', text, state: hasNoMore(record) ? 'done' : 'streaming' }]
  return { ...record, text, parts, metadata: undefined }
}

function messageFrom(record: MessageRecord, { parts, text, metadata }: Assembled): Message {
  const message = { ...record, text, parts, metadata }
  // The parts are made of them.
  delete message.frames
  return message
}

function framesOf(record: MessageRecord): readonly Frame[] {
  if (!record.frames) return [plainFrame(record)]
  const { settled, last } = record.frames
  return [...settled, last]
}

const plainFrame = memo(({ text }: MessageRecord): Frame => ({ head: undefined, body: text, lineage: { length: text.length } }))

/** The frames of a record that comes after another: its first text is a block of its own, unless it continues the text before. */
function following(record: MessageRecord): readonly Frame[] {
  const frames = framesOf(record)
  const [first, ...rest] = frames
  if (!first || first.head !== undefined || record.placement?.continues !== undefined) return frames
  return first.body === '' ? rest : [block(first), ...rest]
}

const block = memo(({ body, lineage }: Frame): Frame => ({ head: { type: 'text', apart: true }, body, lineage }))
