import type { Conversation } from '../fold/conversation.ts'
import type { Message } from '../protocol/message.ts'
import { selectMessages } from '../messages/select-messages.ts'
import { selectPath } from '../messages/select-path.ts'

/** How one message differs between two conversations. */
export type Difference =
  | { readonly type: 'added' | 'removed'; readonly message: Message }
  | { readonly type: 'changed'; readonly before: Message; readonly after: Message; readonly fields: readonly (keyof Message)[] }

/**
 * Compares two conversations message by message, in their order; empty when a user interface would show the same.
 *
 * @param head compares only the paths of this message, by its id or key. Default: all messages of all branches
 */
export function difference(before: Conversation, after: Conversation, head?: string): readonly Difference[] {
  const messagesOf = (state: Conversation) => (head === undefined ? selectMessages(state) : selectPath(state, head))
  const old = new Map(messagesOf(before).map((message) => [message.key, message]))
  const differences: Difference[] = []
  for (const message of messagesOf(after)) {
    const known = old.get(message.key)
    old.delete(message.key)
    if (!known) differences.push({ type: 'added', message })
    else if (known !== message) differences.push(...changes(known, message))
  }
  return [...differences, ...[...old.values()].map((message) => ({ type: 'removed', message }) as const)]
}

function changes(before: Message, after: Message): readonly Difference[] {
  const fields = shown.filter((field) => {
    const [one, other] = [compared(before, field), compared(after, field)]
    return one !== other && (typeof one !== 'object' || JSON.stringify(one) !== JSON.stringify(other))
  })
  return fields.length > 0 ? [{ type: 'changed', before, after, fields }] : []
}

/** Text parts are compared as text already. */
function compared(message: Message, field: keyof Message): unknown {
  return field === 'parts' ? message.parts.filter(({ type }) => type !== 'text') : message[field]
}

/** The fields of a message. A record has further fields, which no user interface shows. */
const shown = Object.keys({
  id: true,
  key: true,
  role: true,
  text: true,
  status: true,
  continuity: true,
  source: true,
  replyTo: true,
  into: true,
  parent: true,
  edits: true,
  again: true,
  clientId: true,
  error: true,
  finish: true,
  createdAt: true,
  updatedAt: true,
  version: true,
  headers: true,
  parts: true,
  metadata: true,
} satisfies Record<keyof Message, true>) as (keyof Message)[] // The object lists exactly the keys of Message.
