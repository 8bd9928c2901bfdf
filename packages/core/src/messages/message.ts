import { isUnended } from '../fold/standing.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Frames } from '../protocol/frames.ts'
import { FrameList, frameOf } from '../protocol/frames.ts'
import type { Message } from '../protocol/message.ts'
import type { MessagePart } from '../protocol/part.ts'
import { memo } from '../shared/memo.ts'
import type { Assembled, Block, Standing } from './parts.ts'
import { assemble } from './parts.ts'

/** The message that a record makes which combines with no other. The same object for the same record. */
export const messageOf: (record: MessageRecord) => Message = memo((record: MessageRecord) =>
  record.frames ? messageFrom(record, assemble([blockOf(record, 0)], record.role, standingOf(record))) : plainMessage(record),
)

/** The message that several records make. @param standing gives everything but the contents @param blocks the records that have contents */
export function joinedMessage(standing: MessageRecord, blocks: readonly MessageRecord[]): Message {
  return blocks.length > 0
    ? messageFrom(standing, assemble(blocks.map(blockOf), standing.role, standingOf(standing)))
    : messageFrom(standing, { parts: none, text: '', metadata: undefined })
}

/** Whether a record shows nothing: it has no text, or only frames that say how the response was made. */
export function isEmpty(record: MessageRecord): boolean {
  const { settled, last } = framesOf(record)
  return [...settled, last].every(({ head, body }) => (head === undefined ? body === '' : unshown.has(head['type'])))
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
function messageFrom(record: MessageRecord, { parts, text, metadata }: Assembled): Message {
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

/** The first text of a record that comes after another is a block of its own, unless it continues the text before. */
function blockOf(record: MessageRecord, at: number): Block {
  return { frames: framesOf(record), isApart: at > 0 && record.placement?.continues === undefined }
}

function framesOf(record: MessageRecord): Frames {
  return record.frames ?? plainFrames(record)
}

const plainFrames = memo(({ text }: MessageRecord): Frames => ({
  settled: new FrameList(),
  last: frameOf(undefined, text),
  held: '',
}))
