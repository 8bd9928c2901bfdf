import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { hotIndex } from './messages.ts'

/** Names the whole that a message is a part of; undefined for one that stands alone. An agents' whole is named as it says. */
export function wholeOf({ role, clientId, headers }: Message): string | undefined {
  const name = headers['part-of']
  // One agent may take over from another; no user may write into another's prompt.
  return name === undefined || role === 'assistant' ? name : `\n${clientId}\n${name}`
}

/** The older part of a conversation, looked up. */
export interface Index {
  /** The parts of each whole, in order. */
  readonly parts: ReadonlyMap<string, readonly Message[]>
  /** Serials of prompts by their key. */
  readonly prompts: ReadonlyMap<string, string>
  /** Wholes by what they answer. */
  readonly answers: ReadonlyMap<string, readonly string[]>
}

const indexes = new WeakMap<readonly Message[], Index>()

export function indexOf(settled: readonly Message[]): Index {
  let index = indexes.get(settled)
  if (!index) indexes.set(settled, (index = indexed(settled)))
  return index
}

/** The parts of a whole, in order. */
export function partsOf({ settled, hot }: Messages, whole: string): readonly Message[] {
  // Newer versions of them, and parts that were not there before, are among the hot.
  const older = (indexOf(settled).parts.get(whole) ?? []).filter(({ id }) => hotIndex(hot, id) < 0)
  const newer = hot.filter((message) => wholeOf(message) === whole)
  return [...older, ...newer].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Of a step that was tried again only the last attempt counts. */
export function counting(parts: readonly Message[]): readonly Message[] {
  const last = new Map<string, string>()
  for (const { headers } of parts) {
    const { step, attempt } = headers
    if (step !== undefined && attempt !== undefined && attempt > (last.get(step) ?? '')) last.set(step, attempt)
  }
  if (last.size === 0) return parts
  return parts.filter(
    ({ headers: { step, attempt } }) => step === undefined || attempt === undefined || last.get(step) === attempt,
  )
}

/** The part that says how the whole stands: the last mark, or where there is none the last part. */
export function standing(parts: readonly Message[]): Message | undefined {
  return parts.findLast(isMark) ?? parts.at(-1)
}

export function isMark({ headers }: Message): boolean {
  return headers['part'] === 'mark'
}

/** What the parts answer, as their author names it. */
export function askedIn(parts: readonly Message[]): string | undefined {
  return parts.find(({ replyTo }) => replyTo !== undefined)?.replyTo
}

/** The serial of the prompt with this serial or key; the name itself while the prompt is unknown. */
export function promptCalled({ settled, hot }: Messages, name: string): string {
  const newer = hot.filter(({ role, key }) => role === 'user' && key === name).map(({ id }) => id)
  return [indexOf(settled).prompts.get(name) ?? [], newer].flat().toSorted()[0] ?? name
}

function indexed(settled: readonly Message[]): Index {
  const parts = new Map<string, Message[]>()
  const prompts = new Map<string, string>()
  const answers = new Map<string, string[]>()
  for (const message of settled) {
    const whole = wholeOf(message)
    const known = whole === undefined ? undefined : parts.get(whole)
    if (known) known.push(message)
    else if (whole !== undefined) parts.set(whole, [message])
    if (message.role === 'user' && !prompts.has(message.key)) prompts.set(message.key, message.id)
  }
  for (const [whole, known] of parts) {
    const asked = askedIn(known)
    if (asked !== undefined) answers.set(asked, [...(answers.get(asked) ?? []), whole])
  }
  return { parts, prompts, answers }
}
