import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages, selectPrompt } from '@streamfold/core'

/** A message by its id or its key. */
export function findMessage(state: Conversation, name: string): Message | undefined {
  return selectMessage(state, name) ?? selectMessages(state).find(({ key }) => key === name)
}

/** Whether the channel has a message, and so its id is a serial. */
export function isOnChannel({ role, status }: Message): boolean {
  return role === 'assistant' || (status !== 'sending' && status !== 'failed')
}

/** The prompt of a message, whatever asked for it last: of a response that names none the prompt before it. */
export function promptOf(state: Conversation, message: Message): Message | undefined {
  const asked = askedFor(state, message)
  return asked && selectPrompt(state, asked.id)
}

/** What a response answers, a prompt or a request for another response; of another message itself. */
export function askedFor(state: Conversation, message: Message): Message | undefined {
  const { role, replyTo } = message
  if (role === 'user') return message
  if (replyTo !== undefined) return selectMessage(state, replyTo)
  return selectMessages(state).findLast(({ role, id, again }) => role === 'user' && again === undefined && id < message.id)
}
