import type { Conversation } from '../fold/conversation.ts'
import { checkConversation } from '../fold/conversation-problem.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Message } from '../protocol/message.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import { composeMessage, composeMessages } from './compose.ts'
import { messageOf } from './message.ts'
import { kept } from '../shared/kept.ts'

const withPending = kept<readonly Message[], { pending: readonly MessageRecord[]; all: readonly Message[] }>()

/** All messages, oldest first. A prompt that is being sent is last, or before its response if that arrives first. The same array, and the same elements, where nothing changed. */
export function selectMessages<T extends MessageTypesOf<T> = MessageTypes>(conversation: Conversation<T>): readonly Message<T>[] {
  return allMessages(conversation as Conversation) as readonly Message<T>[] // The type parameter is a view only, as in reduce.
}

export function allMessages(state: Conversation): readonly Message[] {
  if (!state?.context) checkConversation(state)
  const settled = composeMessages(state)
  const { pending } = state.context
  if (pending.length === 0) return settled
  const memo = withPending.get(settled)
  if (memo?.pending === pending) return memo.all
  const all = withPrompts(settled, pending.map(messageOf))
  withPending.set(settled, { pending, all })
  return all
}

/**
 * Places prompts that are being sent. A response may arrive before the service has acknowledged its prompt; it then names a prompt newer
 * than all others. Prompts get their serials in the order of sending, so the first unsent prompt belongs there, and the next one before the
 * next response that names another such prompt.
 */
function withPrompts(settled: readonly Message[], pending: readonly Message[]): readonly Message[] {
  const prompts = pending.filter(({ status }) => status === 'sending')
  const from = settled.findLastIndex(({ role }) => role === 'user') + 1
  const newest = settled[from - 1]?.id ?? ''
  const responses = settled.slice(from)
  const known = new Set(responses.map(({ id }) => id))
  const all = settled.slice(0, from)
  for (const response of responses) {
    const { replyTo } = response
    if (replyTo !== undefined && replyTo > newest && !known.has(replyTo)) {
      known.add(replyTo)
      all.push(...prompts.splice(0, 1))
    }
    all.push(response)
  }
  return [...all, ...pending.filter((prompt) => prompt.status !== 'sending' || prompts.includes(prompt))]
}

/** One message by its serial, or by its key while it is being sent; for a message group, by the serial of any of its records. */
export function selectMessage<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Conversation<T>,
  serial: string,
): Message<T> | undefined {
  const state = conversation as Conversation // The type parameter is a view only, as in reduce.
  if (!state?.context) checkConversation(state)
  const prompt = state.context.pending.find(({ id }) => id === serial)
  return (composeMessage(state, serial) ?? (prompt && messageOf(prompt))) as Message<T> | undefined // As above.
}
