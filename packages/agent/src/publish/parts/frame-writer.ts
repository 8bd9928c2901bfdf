import type { Head, ProviderMetadata } from '@streamfold/core/codec'
import type { BodyType, PartChunk } from '../../source/parts/part-chunk.ts'
import { comesWhole } from '../../source/parts/part-chunk.ts'

/** A piece of a response's data. */
export type DataPiece = HeadPiece | BodyPiece

/** Written whole. */
export interface HeadPiece {
  readonly head: Head
}

/** May be divided between two characters. */
export interface BodyPiece {
  readonly body: string
  readonly of: BodyOf
}

/** The part to which a body belongs, as a `more` head names it. */
interface BodyOf {
  readonly kind: BodyType
  readonly id?: string
}

/** The parts so far, as far as they decide how the next chunk is written. The next state takes its place: it is used once. */
export interface FrameWriter {
  /** Parts that a body may continue, by the ids that the source gives them. All states share it: a copy for each call would cost too much. */
  readonly byId: Map<string, OpenPart>
  /** The id that the source gives the text before the first frame, whose readers know none. */
  readonly first: string | undefined
  /** The part that a body without an id continues, here and in readers. */
  readonly open: OpenPart | undefined
  /** Whether bare characters would add to the open part. */
  readonly isBare: boolean
  /** Whether the response has a text before its first frame, or a frame. */
  readonly hasBegun: boolean
  readonly hasFrames: boolean
  /** The end of the text before the first frame: without frames it is not written. */
  readonly owedEnd: EndHead | undefined
}

interface OpenPart extends BodyOf {
  /** Milliseconds. */
  readonly startedAt: number
  /** The head of the text before the first frame, while that text is empty. */
  readonly unwritten?: TextHead
  /** Metadata that the head of the text before the first frame would have: the end of that text gives it. */
  readonly owed?: ProviderMetadata | undefined
  /** Readers take it for complete, because another part began. */
  readonly isDone?: true
  /** Data whose body comes in pieces, until another part begins. */
  readonly isStreamed?: true
  /** The part that is open again when this one ends. */
  readonly behind?: OpenPart | undefined
}

type TextHead = Head & { readonly type: 'text' | 'reasoning' }
type EndHead = Head & { readonly type: 'end' }
type BodyHead = Head & { readonly type: BodyType }
type Written = readonly [writer: FrameWriter, pieces: readonly DataPiece[]]

export function emptyFrameWriter(): FrameWriter {
  return {
    byId: new Map(),
    first: undefined,
    open: undefined,
    isBare: false,
    hasBegun: false,
    hasFrames: false,
    owedEnd: undefined,
  }
}

/** Behind the frames of a response that goes on: bare characters would add to what is open there. */
export function resumedFrameWriter(): FrameWriter {
  return { ...emptyFrameWriter(), hasBegun: true, hasFrames: true }
}

/**
 * Writes a chunk as frames (P100). A text that begins the response has no head, `more` continues a part behind another frame, and `end` follows
 * a body that is complete.
 *
 * @param at milliseconds: the duration of reasoning is the difference of two of them
 */
export function writePart(writer: FrameWriter, chunk: PartChunk, at: number): Written {
  if (!('head' in chunk)) return writeBody(writer, chunk.body, chunk.id, at)
  const [next, pieces] = writeHead(writer, chunk.head, at)
  return [chunk.isStreamed && next.open ? { ...next, open: { ...next.open, isStreamed: true } } : next, pieces]
}

/** Writes the ends of open parts, where they say more than the status of the response: how long the model reasoned. */
export function endParts(writer: FrameWriter, at: number): Written {
  const reasoning = [...writer.byId.values()].filter(({ kind }) => kind === 'reasoning')
  const ended = reasoning.reduce<Written>(
    (written, part) => andThen(written, (next) => endPart(next, part, { type: 'end' }, at)),
    unchanged(writer),
  )
  return andThen(ended, (next) => (next.hasFrames || isNeeded(next.open?.owed) ? completeOpen(next, at) : unchanged(next)))
}

function writeHead(writer: FrameWriter, head: Head, at: number): Written {
  switch (head.type) {
    case 'text':
      return writer.hasBegun ? startPart(writer, head, at) : unchanged(opened({ ...writer, hasBegun: true }, head, at, head))
    case 'reasoning':
    case 'tool':
    case 'output':
    case 'fault':
    case 'data':
    case 'custom':
    case 'meta':
      return startPart(writer, head, at)
    case 'source':
    case 'file':
      return addAside(writer, head)
    case 'cite':
      return addAside(writer, withKnownText(writer, head))
    case 'step':
    case 'steer':
    case 'taking':
    case 'left':
    case 'input':
    case 'ask':
    case 'decided':
    case 'run':
    case 'see':
      return andThen(beforeFrame(writer), (next) =>
        andThen(completeOpen(next, at), (completed) => addHead({ ...completed, isBare: false }, head)),
      )
    case 'end': {
      const part = head.id === undefined ? writer.open : writer.byId.get(head.id)
      return part ? endPart(writer, part, head, at) : unchanged(writer)
    }
    case 'more': // A source names the part beside the body.
      return unchanged(writer)
    default:
      return head satisfies never
  }
}

function writeBody(writer: FrameWriter, body: string, id: string | undefined, at: number): Written {
  if (body === '') return unchanged(writer)
  const part = id === undefined ? writer.open : writer.byId.get(id)
  if (!part)
    return andThen(writeHead(writer, { type: 'text', ...(id !== undefined && { id }) }, at), (next) =>
      writeBody(next, body, id, at),
    )
  const piece: DataPiece = { body, of: nameOf(part) }
  if (part === writer.open && writer.isBare) {
    const written: Written = [part.unwritten ? withBody(writer, part) : writer, [piece]]
    return comesWhole(part.kind) && !part.isStreamed
      ? andThen(written, (next) => endPart(next, part, { type: 'end' }, at))
      : written
  }
  const more: DataPiece = { head: { type: 'more', ...nameOf(part) } }
  // Behind more of another part the first text stays open, as one with an id does.
  const staysOpen = part === writer.open || (writer.open && isFirst(writer, writer.open))
  const completed = staysOpen ? unchanged(writer) : completeOpen(writer, at)
  return andThen(completed, (next) => {
    const { isDone, ...open } = part
    return [{ ...(isDone ? withFirst(next, open) : { ...next, open: part }), isBare: true }, [more, piece]]
  })
}

function nameOf({ kind, id }: BodyOf): BodyOf {
  return id === undefined ? { kind } : { kind, id }
}

function startPart(writer: FrameWriter, head: BodyHead, at: number): Written {
  return andThen(beforeFrame(writer), (next) =>
    // Metadata lies between the characters of a text without completing it.
    andThen(head.type === 'meta' ? completeWhole(next) : completeOpen(next, at), (completed) =>
      andThen(head.type === 'text' && head.id === undefined ? leaveFirst(completed, at) : unchanged(completed), (left) =>
        addHead(opened(left, head, at), head),
      ),
    ),
  )
}

/** Readers take what continues a text without an id for more of the last one: behind another such text the first is complete. */
function leaveFirst(writer: FrameWriter, at: number): Written {
  const first = firstOf(writer)
  return first ? endPart(writer, first, { type: 'end' }, at) : unchanged(writer)
}

/** Adds a head that does not complete the open text. */
function addAside(writer: FrameWriter, head: Head): Written {
  return andThen(beforeFrame(writer), (next) =>
    andThen(completeWhole(next), (completed) => addHead({ ...completed, isBare: false }, head)),
  )
}

function addHead(writer: FrameWriter, head: Head): Written {
  return [{ ...writer, hasBegun: true, hasFrames: true }, [{ head }]]
}

function opened(writer: FrameWriter, head: BodyHead, at: number, unwritten?: TextHead): FrameWriter {
  const id = 'id' in head ? head.id : undefined
  const part: OpenPart = {
    kind: head.type,
    ...(id !== undefined && !unwritten && { id }),
    startedAt: at,
    ...(unwritten && { unwritten, owed: unwritten.provider }),
    ...(head.type === 'meta' && { behind: writer.open }),
  }
  // The whole body of a result comes behind its head, while other bodies of the call may name its id.
  if (id !== undefined && !comesWhole(part.kind)) writer.byId.set(id, part)
  return { ...writer, open: part, isBare: true }
}

/** Text before the first frame has come: its head is never written. */
function withBody(writer: FrameWriter, { unwritten, ...part }: OpenPart): FrameWriter {
  const first = unwritten?.id
  if (first !== undefined) writer.byId.set(first, part)
  return { ...writer, first, open: part }
}

/** Writes what was owed for the case that there is a frame at all. */
function beforeFrame(writer: FrameWriter): Written {
  const { owedEnd, open } = writer
  if (owedEnd) return [{ ...writer, owedEnd: undefined, hasFrames: true }, [{ head: owedEnd }]]
  if (!open?.unwritten) return unchanged(writer)
  const { unwritten, startedAt } = open
  return addHead(opened(writer, unwritten, startedAt), unwritten)
}

function completeWhole(writer: FrameWriter): Written {
  const { open } = writer
  return open && comesWhole(open.kind) && !open.isStreamed
    ? endPart(writer, open, { type: 'end' }, open.startedAt)
    : unchanged(writer)
}

/** Completes the open part because another frame starts. A part with an id may go on later, and so may the first text. */
function completeOpen(writer: FrameWriter, at: number): Written {
  const { open } = writer
  if (!open) return unchanged(writer)
  if (comesWhole(open.kind)) return andThen(endPart(writer, open, { type: 'end' }, at), (next) => completeOpen(next, at))
  if (open.id !== undefined) return unchanged(writer)
  if (isFirst(writer, open)) {
    const { owed, ...rest } = open
    const done = withFirst(writer, { ...rest, isDone: true })
    return owed ? addHead({ ...done, isBare: false }, { type: 'end', provider: owed }) : unchanged(done)
  }
  return open.kind === 'reasoning' || open.owed ? endPart(writer, open, { type: 'end' }, at) : unchanged(forgotten(writer, open))
}

function endPart(writer: FrameWriter, part: OpenPart, head: EndHead, at: number): Written {
  // The head `input` completes the input of a call.
  if (part.kind === 'tool') return unchanged(writer)
  const { ms, provider = part.owed } = head
  if (part.isDone && !provider) return unchanged(forgotten(writer, part))
  const duration = part.kind === 'reasoning' ? Math.max(0, Math.round(ms ?? at - part.startedAt)) : undefined
  const end: EndHead = {
    type: 'end',
    // Without both it is the open part.
    ...(part !== writer.open && nameOf(part)),
    ...(duration !== undefined && { ms: duration }),
    ...(provider && { provider }),
  }
  const ended = forgotten(writer, part)
  if (part.unwritten) return unchanged({ ...ended, hasBegun: false })
  if (!writer.hasFrames && !isNeeded(provider)) return unchanged({ ...ended, owedEnd: end })
  return addHead({ ...ended, isBare: false }, end)
}

/** Whether it is the text before the first frame, which the source names and readers do not. */
function isFirst(writer: FrameWriter, part: OpenPart): boolean {
  return firstOf(writer) === part
}

/** The text before the first frame, while it may go on behind other parts. */
function firstOf({ byId, first }: FrameWriter): OpenPart | undefined {
  const part = first === undefined ? undefined : byId.get(first)
  // Another part may have got its id.
  return part?.id === undefined ? part : undefined
}

/** Whether metadata is worth the only frame of a response: the name of an item is not, because the next request sends the text itself. */
function isNeeded(provider: ProviderMetadata | undefined): boolean {
  return Object.values(provider ?? {}).some((fields) => Object.keys(fields).some((name) => name !== 'itemId'))
}

/** The writer with another state of the first text, which is the open part. */
function withFirst(writer: FrameWriter, open: OpenPart): FrameWriter {
  if (writer.first !== undefined) writer.byId.set(writer.first, open)
  return { ...writer, open }
}

/** The part can be continued no more. */
function forgotten(writer: FrameWriter, part: OpenPart): FrameWriter {
  const id = part.id ?? writer.first
  if (id !== undefined && writer.byId.get(id) === part) writer.byId.delete(id)
  return { ...writer, open: writer.open === part ? part.behind : writer.open }
}

/** Readers know no id of the text before the first frame. */
function withKnownText({ byId }: FrameWriter, head: Head & { readonly type: 'cite' }): Head {
  const cited = head.of === undefined ? undefined : byId.get(head.of)
  if (!cited || cited.id !== undefined || cited.unwritten) return head
  const { of: _, ...rest } = head
  return rest
}

function unchanged(writer: FrameWriter): Written {
  return [writer, nothing]
}

const nothing: readonly DataPiece[] = []

function andThen([writer, pieces]: Written, then: (writer: FrameWriter) => Written): Written {
  const [next, more] = then(writer)
  if (more.length === 0) return [next, pieces]
  return [next, pieces.length === 0 ? more : [...pieces, ...more]]
}
