import type { Frame } from '../protocol/frames.ts'
import type { MessagePart } from '../protocol/part.ts'
import type { Role } from '../protocol/message.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject } from '../shared/json.ts'
import type { Assembly, Draft } from './drafts.ts'
import { applyFrame, closeAt, nothing } from './drafts.ts'
import { partOf } from './part-of-draft.ts'

/** The parts of a message, and what else its frames say. */
export interface Assembled {
  readonly parts: readonly MessagePart[]
  /** The text parts, joined. */
  readonly text: string
  readonly metadata: JsonObject | undefined
  /** Frames of an unknown type, or without a field that they need. */
  readonly skipped: number
}

interface Known {
  readonly role: Role
  readonly settled: readonly Frame[]
  readonly before: Assembly
  readonly last: Frame
  readonly after: Assembly
}

/** Whether a response goes on. */
export type Standing = 'going' | 'waiting' | 'ended'

/** The newest assembly of each message, by its first frame. */
const known = new WeakMap<object, Known>()

/**
 * Makes parts from frames. A message that grew is continued: only its last part is made again.
 *
 * @param settled the frames before the last one
 * @param last the last frame, which may be growing
 * @param standing of a response that has ended, no part is open, and a call without a result is interrupted; in one that waits only calls are open
 */
export function assemble(settled: readonly Frame[], last: Frame, role: Role, standing: Standing): Assembled {
  const key = (settled[0] ?? last).lineage
  const entry = known.get(key)
  const continues = entry?.role === role && isBeginning(entry.settled, settled)
  const same = continues && entry.settled.length === settled.length
  if (same && entry.last === last) return finish(entry.after, standing)
  let before = continues ? entry.before : nothing
  for (let at = continues ? entry.settled.length : 0; at < settled.length; at++) before = applyFrame(before, settled[at]!, role) // Inside the list.
  // Of several messages that make one, an earlier may grow: the other parts stay the same objects.
  const grew = !continues && entry?.role === role
  if (grew) before = withKnown(before, entry.before)
  const applied = applyFrame(before, last, role)
  const after = grew ? withKnown(applied, entry.after) : applied
  // An older state of the message leaves the newest one where it is.
  if (!entry || continues || !isOlder(settled, entry.settled)) known.set(key, { role, settled, before, last, after })
  return finish(after, standing)
}

function isBeginning(shorter: readonly Frame[], longer: readonly Frame[]): boolean {
  // A body that grows leaves the list as it is.
  return shorter === longer || (shorter.length <= longer.length && shorter.every((frame, at) => frame === longer[at]))
}

function isOlder(settled: readonly Frame[], than: readonly Frame[]): boolean {
  if (settled.length < than.length) return true
  return than.some((frame, at) => frame.lineage === settled[at]?.lineage && frame.body.length > settled[at].body.length)
}

/** With the known drafts in the place of those that are equal: their parts have been made. */
function withKnown(made: Assembly, before: Assembly): Assembly {
  const drafts = made.drafts.map((draft, at) => {
    const old = before.drafts[at]
    return old && isEqual(old, draft) ? old : draft
  })
  return { ...made, drafts }
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, at) => isEqual(each, b[at]))
  // Frames that differ have different bodies, or none knows whether they do.
  if (!isObject(a) || !isObject(b) || 'lineage' in a) return false
  const fields = Object.keys({ ...a, ...b }).filter((name) => name !== 'going' && name !== 'ended')
  return fields.every((name) => isEqual(a[name], b[name]))
}

function finish(from: Assembly, standing: Standing): Assembled {
  const ended = standing !== 'going'
  return {
    parts: from.drafts.filter(isShown).map((draft) => partOf(draft, draft.is === 'tool' ? standing === 'ended' : ended)),
    text: joinedText(from.drafts),
    metadata: (ended && from.open?.to === 'meta' ? closeAt(from, from.open) : from).metadata,
    skipped: from.skipped,
  }
}

/** A last text that has not begun is no part yet. Before other parts it has its place, because it may go on. */
function isShown(draft: Draft, at: number, drafts: readonly Draft[]): boolean {
  return draft.is !== 'text' || draft.text !== '' || draft.id !== undefined || at < drafts.length - 1
}

/** Joins texts: with a blank line where something lies between them, unless the texts have one. */
function joinedText(drafts: readonly Draft[]): string {
  let all = ''
  /** Also of an empty text before this one. */
  let isApart = false
  for (const draft of drafts) {
    if (draft.is !== 'text') continue
    const { text, apart } = draft
    isApart ||= apart
    if (text.trim() === '') {
      all += text
      isApart &&= text === ''
      continue
    }
    const lines = isApart && all !== '' ? newlines(all, -1) + newlines(text, 0) : 2
    all += '\n'.repeat(Math.max(0, 2 - lines)) + text
    isApart = false
  }
  return all
}

/** How many of the first two characters from one end are line feeds. */
function newlines(text: string, from: 0 | -1): number {
  if (text.at(from) !== '\n') return 0
  return text.at(from === 0 ? 1 : -2) === '\n' ? 2 : 1
}
