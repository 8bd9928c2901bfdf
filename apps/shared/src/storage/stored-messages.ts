import type { Conversation, MessageRecord } from '@streamfold/core'
import { emptyConversation, fromJSON, toJSON } from '@streamfold/core'
import { readRecord, writeRecord } from './local-record.ts'

/** A screenful or two: what is shown before the channel is attached; the rest comes from history. */
const most = 40
/** Characters, of the few million that a browser keeps for a page. */
const room = 200_000

const record = (conversation: string) => `messages:${conversation}`

/** Keeps the end of a conversation for the next visit. */
export function storeMessages(conversation: string, state: Conversation): void {
  const kept: MessageRecord[] = []
  let size = 0
  // The records themselves: what a selector composes of several would be composed with them once more.
  for (const message of toJSON(state).records.toReversed()) {
    size += message.text.length + 600
    if (kept.length === most || size > room) break
    kept.unshift({ ...message, source: 'cache', deliveredVersion: undefined, lastActivityAt: 0 })
  }
  writeRecord(record(conversation), kept.length === 0 ? '' : JSON.stringify(kept))
}

/** The conversation as this device last saw it, as the state to begin with; what is on the channel replaces it. */
export function storedMessages(conversation: string): Conversation | undefined {
  const text = readRecord(record(conversation))
  if (text === undefined) return undefined
  try {
    const records = JSON.parse(text) as MessageRecord[] // Only `storeMessages` writes this record; `fromJSON` fails on anything else.
    const empty = toJSON(emptyConversation())
    const grouped = records.some(({ placement }) => placement !== undefined)
    return fromJSON({ ...empty, records, rest: { ...empty.rest, grouped } })
  } catch {
    return undefined
  }
}

export function forgetMessages(conversation: string): void {
  writeRecord(record(conversation), '')
}
