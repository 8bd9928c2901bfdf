import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { hotIndex } from './messages.ts'

/** Names the whole that a message is a part of; undefined for one that stands alone. */
export function wholeOf({ role, clientId, headers }: Message): string | undefined {
  const name = headers['part-of']
  // One agent may take over from another; no user may write into another's prompt.
  return name === undefined ? undefined : `${role} ${role === 'user' ? clientId : ''} ${name}`
}

/** The whole of the agents' that goes by this name. */
export function responseCalled(name: string): string {
  return `assistant  ${name}`
}

/** What is known of the older part of a conversation, for as long as it stays the same. */
interface Index {
  readonly parts: ReadonlyMap<string, readonly Message[]>
  /** Serials of prompts by their key. */
  readonly prompts: ReadonlyMap<string, string>
}

const indexes = new WeakMap<readonly Message[], Index>()

/** The parts of a whole, in order. */
export function partsOf({ settled, hot }: Messages, whole: string): readonly Message[] {
  const fresh = hot.filter((message) => wholeOf(message) === whole)
  const known = indexOf(settled).parts.get(whole) ?? []
  if (fresh.length === 0 && known.every(({ id }) => hotIndex(hot, id) < 0)) return known
  return [...known.filter(({ id }) => hotIndex(hot, id) < 0), ...fresh].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Of a step that was tried again only the last attempt counts. */
export function counting(parts: readonly Message[]): readonly Message[] {
  const last = new Map<string, string>()
  for (const { headers } of parts) {
    const { step, attempt } = headers
    if (step !== undefined && attempt !== undefined && attempt > (last.get(step) ?? '')) last.set(step, attempt)
  }
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

/** The serial of the prompt with this serial or key; the name itself while the prompt is unknown. */
export function promptCalled({ settled, hot }: Messages, name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const fresh = hot.filter(({ role, key }) => role === 'user' && key === name).map(({ id }) => id)
  const known = indexOf(settled).prompts.get(name)
  return (known === undefined ? fresh : [...fresh, known]).toSorted()[0] ?? name
}

function indexOf(settled: readonly Message[]): Index {
  let index = indexes.get(settled)
  if (!index) {
    const parts = new Map<string, Message[]>()
    const prompts = new Map<string, string>()
    for (const message of settled) {
      const whole = wholeOf(message)
      if (whole !== undefined) {
        const known = parts.get(whole)
        if (known) known.push(message)
        else parts.set(whole, [message])
      }
      if (message.role === 'user' && !prompts.has(message.key)) prompts.set(message.key, message.id)
    }
    indexes.set(settled, (index = { parts, prompts }))
  }
  return index
}
