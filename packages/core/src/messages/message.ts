import { isUnended } from '../fold/standing.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Frame } from '../protocol/frames.ts'
import { frameOf } from '../protocol/frames.ts'
import type { Message } from '../protocol/message.ts'
import type { MessagePart } from '../protocol/part.ts'
import { memo } from '../shared/memo.ts'
import type { Assembled, Standing } from './parts.ts'
import { assemble } from './parts.ts'

/** The message that a record makes which combines with no other. The same object for the same record. */
export const messageOf: (record: MessageRecord) => Message = memo((record: MessageRecord) =>
  record.frames
    ? messageFrom(record, assemble(record.frames.settled, record.frames.last, record.role, standingOf(record)))
    : plainMessage(record),
)

/** The message that several records make. @param standing gives everything but the contents @param blocks the records that have contents */
export function joinedMessage(standing: MessageRecord, blocks: readonly MessageRecord[]): Message {
  const frames = blocks.flatMap((record, at) => (at === 0 ? framesOf(record) : following(record)))
  const last = frames.at(-1)
  return last
    ? messageFrom(standing, assemble(frames.slice(0, -1), last, standing.role, standingOf(standing)))
    : messageFrom(standing, { parts: none, text: '', metadata: undefined })
}

/** Whether a record shows nothing: it has no text, or only frames that say how the response was made. */
export function isEmpty(record: MessageRecord): boolean {
  return framesOf(record).every(({ head, body }) => (head === undefined ? body === '' : unshown.has(head['type'])))
}

const unshown: ReadonlySet<unknown> = new Set(['step', 'meta', 'end'])

function standingOf(record: MessageRecord): Standing {
  if (record.role === 'user' || !isUnended(record)) return 'ended'
  return record.status === 'waiting' ? 'waiting' : 'going'
}

const none: readonly MessagePart[] = []

function plainMessage(record: MessageRecord): Message {
  const { text } = record
  const parts: readonly MessagePart[] =
    text === '' ? none : [{ type: 'text', text, state: standingOf(record) === 'going' ? 'streaming' : 'done' }]
  return messageFrom(record, { parts, text, metadata: undefined })
}

/** Written out, because one is made for every token that is shown. The last fields are a record's; tools read them. */
function messageFrom(record: MessageRecord, { parts, text, metadata }: Omit<Assembled, 'skipped'>): Message {
  const message: Message & MessageRecord = {
    id: record.id,
    key: record.key,
    role: record.role,
    text,
    parts,
    metadata,
    status: record.status,
    continuity: record.continuity,
    source: record.source,
    replyTo: record.replyTo,
    into: record.into,
    parent: record.parent,
    edits: record.edits,
    again: record.again,
    mayEdit: record.mayEdit,
    clientId: record.clientId,
    error: record.error,
    finish: record.finish,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    version: record.version,
    headers: record.headers,
    placement: record.placement,
    declaredPhase: record.declaredPhase,
    deliveredVersion: record.deliveredVersion,
    lastActivityAt: record.lastActivityAt,
  }
  return message
}

function framesOf(record: MessageRecord): readonly Frame[] {
  if (!record.frames) return [plainFrame(record)]
  const { settled, last } = record.frames
  return [...settled, last]
}

const plainFrame = memo(({ text }: MessageRecord): Frame => frameOf(undefined, text))

/** The frames of a record that comes after another: its first text is a block of its own, unless it continues the text before. */
function following(record: MessageRecord): readonly Frame[] {
  const frames = framesOf(record)
  const [first, ...rest] = frames
  if (!first || first.head !== undefined || record.placement?.continues !== undefined) return frames
  return first.body === '' ? rest : [block(first), ...rest]
}

const block = memo((frame: Frame): Frame => ({ ...frame, head: { type: 'text', apart: true } }))
