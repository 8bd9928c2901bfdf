import { carryKeys, holdersOf } from './key-index.ts'
import type { Headers, HeadersOf, Message } from './message.ts'

/**
 * Messages by serial, in the order of their serials. A few being written to lie in `hot`, over their older selves in
 * `settled`: an append copies the few, not ten thousand.
 */
export interface Messages<H extends HeadersOf<H> = Headers> {
  readonly settled: readonly Message<H>[]
  readonly hot: readonly Message<H>[]
}

const HOT = 32

export const noMessages: Messages = messagesOf([])

/** @param settled in the order of their serials. */
export function messagesOf(settled: readonly Message[], hot: readonly Message[] = []): Messages {
  return { settled, hot }
}

export function find({ settled, hot }: Messages, serial: string): Message | undefined {
  const at = hotIndex(hot, serial)
  if (at >= 0) return hot[at]
  const index = indexOf(settled, serial)
  return settled[index]?.id === serial ? settled[index] : undefined
}

/** Where a message lies among the few being written to; -1 when it does not. */
export function hotIndex(hot: readonly Message[], serial: string): number {
  // From the end: the newest response is the one most likely to grow.
  for (let i = hot.length - 1; i >= 0; i--) if (hot[i]!.id === serial) return i
  return -1
}

/** Puts `message` in the place of the hot one at `at`. */
export function putHot({ settled, hot }: Messages, at: number, message: Message): Messages {
  if (hot.length === 1) return messagesOf(settled, [message])
  const next = hot.slice()
  next[at] = message
  return messagesOf(settled, next)
}

/** Puts `message` in the place of the one with its serial, or adds it. */
export function put(messages: Messages, message: Message): Messages {
  const at = hotIndex(messages.hot, message.id)
  if (at >= 0) return putHot(messages, at, message)
  const hot = [...messages.hot, message]
  if (hot.length <= HOT) return messagesOf(messages.settled, hot)
  const settled = overlay(messages.settled, hot)
  carryKeys(messages.settled, hot, settled)
  return messagesOf(settled)
}

const lists = new WeakMap<Messages, readonly Message[]>()

/** All messages in order; the same array for the same value. */
export function list(messages: Messages): readonly Message[] {
  if (messages.hot.length === 0) return messages.settled
  let all = lists.get(messages)
  if (!all) lists.set(messages, (all = overlay(messages.settled, messages.hot)))
  return all
}

/** Whether a message other than that of this serial has this key. */
export function hasKey(messages: Messages, key: string, serial: string): boolean {
  const { settled, hot } = messages
  const holds = (id: string) => id !== serial && find(messages, id)?.key === key
  return holds(key) || holdersOf(settled, key).some(holds) || hot.some((message) => message.key === key && message.id !== serial)
}

/** Applies `change` to every message; the same value when none changed. */
export function mapMessages(messages: Messages, change: (message: Message) => Message): Messages {
  let changed = false
  const settled = list(messages).map((message) => {
    const next = change(message)
    changed ||= next !== message
    return next
  })
  if (!changed) return messages
  carryKeys(messages.settled, messages.hot, settled)
  return messagesOf(settled)
}

function overlay(settled: readonly Message[], hot: readonly Message[]): readonly Message[] {
  const all = settled.slice()
  for (const message of hot) {
    const index = indexOf(all, message.id)
    if (all[index]?.id === message.id) all[index] = message
    else if (index === all.length) all.push(message)
    else all.splice(index, 0, message)
  }
  return all
}

/** The index of the first message whose serial is not less than `serial`. */
function indexOf(sorted: readonly Message[], serial: string): number {
  let low = 0
  let high = sorted.length
  if (high > 0 && sorted[high - 1]!.id < serial) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.id < serial) low = middle + 1
    else high = middle
  }
  return low
}
