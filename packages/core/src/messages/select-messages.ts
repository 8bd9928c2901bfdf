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
 * than all messages before it. Prompts get their serials in the order of sending, so the first unsent prompt belongs there.
 */
function withPrompts(settled: readonly Message[], pending: readonly Message[]): readonly Message[] {
  let at = settled.length
  while (at > 0 && answersUnknown(settled, at - 1)) at--
  const prompts = pending.filter(({ status }) => status === 'sending')
  if (at === settled.length || prompts.length === 0) return [...settled, ...pending]
  const all = settled.slice(0, at)
  let named: string | undefined
  for (const answer of settled.slice(at)) {
    if (answer.replyTo !== named) all.push(...prompts.splice(0, 1))
    named = answer.replyTo
    all.push(answer)
  }
  return [...all, ...pending.filter((prompt) => !all.includes(prompt))]
}

function answersUnknown(messages: readonly Message[], index: number): boolean {
  const { role, replyTo } = messages[index]!
  if (role !== 'assistant' || replyTo === undefined) return false
  const before = messages[index - 1]
  return before === undefined || before.id < replyTo || (before.replyTo === replyTo && answersUnknown(messages, index - 1))
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
