import type { Conversation, Message } from '@streamfold/core'
import {
  selectConnectionStatus,
  selectMessages,
  selectPromptStates,
  selectUnanswered,
  selectUnansweredReason,
} from '@streamfold/core'
import { selectError } from '../open/conversation-view.ts'

/** Identifies an answer before it exists and while it is open: the key of its prompt, or without a known prompt its own. For bridges to other chats. */
export type AnswerName = string

/** The progress of an answer. */
export type AnswerProgress =
  | { readonly type: 'waiting' }
  | { readonly type: 'written'; readonly message: Message }
  /** There is no answer and none will come: the reason, or undefined if none is expected any more. */
  | { readonly type: 'missing'; readonly reason: string | undefined }

/** The progress of an answer, for a bridge that gives it to another chat. @param found the response, if it is known already */
export function answerProgress(state: Conversation, name: AnswerName, found?: Message): AnswerProgress {
  const messages = selectMessages(state)
  const named = findByKey(messages, name)
  const message = found ?? (named?.role === 'user' ? answerTo(messages, named) : named)
  if (message && !isRunning(message)) return { type: 'written', message }
  // A failed channel delivers nothing more.
  if (selectConnectionStatus(state) === 'failed') return { type: 'missing', reason: selectError(state) }
  if (message) return { type: 'written', message }
  return named ? unanswered(state, named) : { type: 'waiting' }
}

/**
 * The newest shown answer that is open, or whose prompt is still unanswered.
 * @param shown the messages that the chat shows
 * @param head the branch that it shows
 */
export function runningAnswer(state: Conversation, shown: readonly Message[], head: string | undefined): AnswerName | undefined {
  const response = shown.findLast(isRunning)
  if (response) return answerName(state, response)
  const prompt = selectUnanswered(state, head)
  return prompt && unanswered(state, prompt).type === 'waiting' ? prompt.key : undefined
}

/** The name of the answer that a response gives. */
export function answerName(state: Conversation, response: Message): AnswerName {
  const { replyTo, key } = response
  if (replyTo === undefined) return key
  return selectMessages(state).findLast(({ id }) => id === replyTo)?.key ?? key
}

/** The newest message with a key. */
export function findByKey(messages: readonly Message[], key: string): Message | undefined {
  return messages.findLast((message) => message.key === key)
}

/** An agent of the plain pattern does not name its prompt: its response answers the prompt before it. */
function answerTo(messages: readonly Message[], prompt: Message): Message | undefined {
  if (prompt.status === 'sending' || prompt.status === 'failed') return undefined
  const named = messages.findLast(({ role, replyTo }) => role === 'assistant' && replyTo === prompt.id)
  return named ?? messages.find(({ role, replyTo, id }) => role === 'assistant' && replyTo === undefined && id > prompt.id)
}

function unanswered(state: Conversation, prompt: Message): AnswerProgress {
  // The response that took it in has another prompt.
  if (prompt.status === 'deleted' || selectPromptStates(state).get(prompt.id) === 'taken-in')
    return { type: 'missing', reason: undefined }
  // On the branch of this prompt, whichever is shown.
  const overdue = selectUnanswered(state, prompt.id)?.key === prompt.key ? selectUnansweredReason(state, prompt.id) : undefined
  const reason = prompt.error ?? overdue
  if (reason === undefined) return { type: 'waiting' }
  const what = prompt.status === 'failed' ? 'send the prompt' : 'get an answer'
  return { type: 'missing', reason: `unable to ${what}; ${reason}: try again` }
}

/** Whether more text of a message may arrive: it is a response, and open. */
export function isRunning({ role, status }: Message): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}
