import type { Frame, Frames } from '../protocol/frames.ts'
import type { MessagePart } from '../protocol/part.ts'
import type { Role } from '../protocol/message.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject } from '../shared/json.ts'
import { kept } from '../shared/kept.ts'
import type { Assembly, TextDraft } from './drafts.ts'
import { addFrame, emptyAssembly, growLast, metadataOf } from './drafts.ts'
import { partOf } from './part-of-draft.ts'
import type { PartIndex } from './part-index.ts'
import { isWaiting, moveIndex } from './part-index.ts'

/** The parts of a message, and what else its frames say. */
export interface Assembled {
  readonly parts: readonly MessagePart[]
  /** The text parts, joined. */
  readonly text: string
  readonly metadata: JsonObject | undefined
}

/** The frames of one record of a message. */
export interface Block {
  readonly frames: Frames
  /** Whether text before the first head is a text of its own, and not more of the text in the record before. */
  readonly isApart: boolean
}

/** Whether a response goes on. */
export type Standing = 'going' | 'waiting' | 'ended'

/** How far a message has been read, and what was made of it. An append continues here, so its cost does not depend on what was before. */
interface Reading extends Assembly, PartIndex {
  readonly byId: Map<string, number[]>
  /** Of the blocks that have been read to their end: the last frame of each, and whether its text is one of its own. */
  readonly past: { readonly last: Frame; readonly isApart: boolean }[]
  /** Of the block after them: its line, and how many of its settled frames have been read to their end. */
  line?: object
  count: number
  /** The frame after them, as far as it has been read. */
  current?: Frame | undefined
  /** Whether the text of that block is one of its own. */
  isApart: boolean
  /** How much has been read: characters and frames. */
  size: number
  standing?: Standing
  readonly parts: MessagePart[]
  shown: readonly MessagePart[]
  readonly waiting: Set<number>
  readonly steering: Set<number>
  /** For each text up to some draft, all text until its end. */
  readonly joins: Joined[]
  joinedUntil: number
}

interface Joined {
  readonly at: number
  readonly text: string
  /** Whether a blank line separates it from the next text that is not blank. */
  readonly isApart: boolean
  /** How many blanks it ends with that belong to that text. */
  readonly blank: number
}

/** The reading of the newest state of each message, by the line of its first block. */
const readings = kept<object, Reading>()

/**
 * Makes parts from frames. A message that grew is continued: only the parts that changed are made again.
 *
 * @param blocks at least one
 * @param standing of a response that has ended, no part is open, and a call without a result is interrupted; in one that waits only calls are open
 */
export function assemble(blocks: readonly Block[], role: Role, standing: Standing): Assembled {
  const { line } = blocks[0]!.frames.settled
  const known = readings.get(line)
  if (known?.role === role && canContinue(known, blocks)) return finish(read(known, blocks), standing)
  const reading = read(newReading(role), blocks)
  // Of several messages that make one, an earlier may grow: the other parts stay the same objects.
  if (known?.role === role) reuseDrafts(reading, known)
  // An older state of the message leaves the newest one where it is.
  if (!known || reading.size >= known.size) readings.set(line, reading)
  return finish(reading, standing)
}

function newReading(role: Role): Reading {
  return {
    ...emptyAssembly(role),
    past: [],
    count: 0,
    isApart: false,
    size: 0,
    parts: [],
    shown: [],
    waiting: new Set(),
    steering: new Set(),
    lists: [],
    changed: [],
    joins: [],
    joinedUntil: 0,
  }
}

/** Whether the blocks begin with what has been read. */
function canContinue({ past, line, count, current, isApart }: Reading, blocks: readonly Block[]): boolean {
  if (past.some(({ last, isApart }, at) => last !== blocks[at]?.frames.last || isApart !== blocks[at]?.isApart)) return false
  const block = blocks[past.length]
  // A record that arrives late may have the text of the one behind it, and be joined to the text before it all the same.
  if (block?.isApart !== isApart) return false
  const { settled, last } = block.frames
  if (settled.length < count || (count > 0 && settled.line !== line)) return false
  return !current || isGrown(current, settled.at(count) ?? last)
}

function isGrown(frame: Frame, later: Frame): boolean {
  if (frame.head !== later.head) return false
  return frame.lineage === later.lineage ? frame.body.length <= later.body.length : later.body.startsWith(frame.body)
}

function read(reading: Reading, blocks: readonly Block[]): Reading {
  for (let at = reading.past.length; at < blocks.length; at++) {
    const { frames, isApart } = blocks[at]! // Inside the list.
    const { settled, last } = frames
    reading.line = settled.line
    reading.isApart = isApart
    for (; reading.count < settled.length; reading.count++) {
      readFrame(reading, settled.at(reading.count)!, isApart) // Inside the list.
      reading.current = undefined
    }
    readFrame(reading, last, isApart)
    if (at === blocks.length - 1) break
    reading.past.push({ last, isApart })
    reading.count = 0
    reading.current = undefined
  }
  return reading
}

function readFrame(reading: Reading, frame: Frame, isApart: boolean): void {
  const { current } = reading
  const { head, body, lineage } = frame
  // Text before the first head has not begun.
  if (head === undefined && body === '') return
  const known = current?.body.length ?? 0
  reading.size += body.length - known
  if (!current) {
    reading.size++
    addFrame(reading, frame, isApart)
  } else if (body.length > known) {
    growLast(reading, body, lineage === current.lineage ? lineage.rest(body, known) : body.slice(known))
  }
  reading.current = frame
}

/** Takes the known drafts in the place of those that are equal: their parts have been made. */
function reuseDrafts({ drafts }: Reading, known: Reading): void {
  drafts.forEach((draft, at) => {
    const old = known.drafts[at]
    if (old && isEqual(old, draft)) drafts[at] = old
  })
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, at) => isEqual(each, b[at]))
  if (!isObject(a) || !isObject(b)) return false
  const fields = Object.keys({ ...a, ...b }).filter((name) => name !== 'going' && name !== 'ended' && name !== 'lineage')
  return fields.every((name) => isEqual(a[name], b[name]))
}

function finish(reading: Reading, standing: Standing): Assembled {
  const { drafts, touched, parts, waiting, steering, joins, open } = reading
  const ended = standing !== 'going'
  if (reading.standing !== standing) drafts.forEach((_, at) => touched.add(at))
  reading.standing = standing
  if (touched.size > 0) {
    for (const at of touched) {
      const draft = drafts[at]! // Of a draft.
      const part = partOf(draft, draft.is === 'tool' ? standing === 'ended' : ended)
      parts[at] = part
      if (isWaiting(part)) waiting.add(at)
      else waiting.delete(at)
      if (part.type === 'steering-message') steering.add(at)
      if (draft.is === 'text') reading.joinedUntil = Math.min(reading.joinedUntil, at)
    }
    join(reading)
    const last = drafts.at(-1)
    // A last text that has not begun is no part yet. Before other parts it has its place, because it may go on.
    const isBegun = last?.is !== 'text' || last.body.body !== '' || last.id !== undefined
    reading.shown = isBegun ? parts.slice() : parts.slice(0, -1)
    moveIndex(reading, reading.shown, [...touched])
    touched.clear()
    if (!isBegun) touched.add(drafts.length - 1)
  }
  return {
    parts: reading.shown,
    text: joins.at(-1)?.text ?? '',
    metadata: ended && open?.of === 'meta' ? metadataOf(reading) : reading.metadata,
  }
}

/** Joins the texts behind those that are joined. */
function join(reading: Reading): void {
  const { drafts, joins } = reading
  while (joins.length > 0 && joins.at(-1)!.at >= reading.joinedUntil) joins.pop()
  for (; reading.joinedUntil < drafts.length; reading.joinedUntil++) {
    const draft = drafts[reading.joinedUntil]! // Inside the list.
    if (draft.is === 'text') joins.push(joined(joins.at(-1) ?? nothing, draft, reading.joinedUntil))
  }
}

const nothing: Joined = { at: -1, text: '', isApart: false, blank: 0 }

/** Joins texts: with a blank line where something lies between them, unless the texts have one. */
function joined(before: Joined, { body: { body: text }, apart }: TextDraft, at: number): Joined {
  const isApart = before.isApart || apart
  if (text.trim() === '') {
    const blank = isApart ? text.length + (apart ? 0 : before.blank) : 0
    return { at, text: before.text + text, isApart, blank }
  }
  // A text may be divided behind the blanks that it begins with.
  const from = apart ? before.text.length : before.text.length - before.blank
  const [first, second] = [before.text.slice(0, from), before.text.slice(from) + text]
  const lines = isApart && first !== '' ? newlines(first, -1) + newlines(second, 0) : 2
  return { at, text: first + '\n'.repeat(Math.max(0, 2 - lines)) + second, isApart: false, blank: 0 }
}

/** How many of the first two characters from one end are line feeds. */
function newlines(text: string, from: 0 | -1): number {
  if (text.at(from) !== '\n') return 0
  return text.at(from === 0 ? 1 : -2) === '\n' ? 2 : 1
}
