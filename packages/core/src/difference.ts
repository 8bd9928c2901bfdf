import type { Conversation } from './conversation.ts'
import type { Message } from './message.ts'
import { selectMessages } from './select.ts'

/** How one message differs between two conversations. */
export type Difference =
  | { readonly type: 'added' | 'removed'; readonly message: Message }
  | { readonly type: 'changed'; readonly before: Message; readonly after: Message; readonly fields: readonly (keyof Message)[] }

/** What differs from one conversation to another, message by message in their order; empty when a reader would see the same. */
export function difference(before: Conversation, after: Conversation): readonly Difference[] {
  const old = new Map(selectMessages(before).map((message) => [message.key, message]))
  const differences: Difference[] = []
  for (const message of selectMessages(after)) {
    const known = old.get(message.key)
    old.delete(message.key)
    if (!known) differences.push({ type: 'added', message })
    else if (known !== message) differences.push(...changes(known, message))
  }
  return [...differences, ...[...old.values()].map((message) => ({ type: 'removed', message }) as const)]
}

function changes(before: Message, after: Message): readonly Difference[] {
  const keys = Object.keys(after) as (keyof Message)[] // A message has no other keys.
  const fields = keys.filter((key) =>
    key === 'headers' ? JSON.stringify(before[key]) !== JSON.stringify(after[key]) : before[key] !== after[key],
  )
  return fields.length > 0 ? [{ type: 'changed', before, after, fields }] : []
}
