import { selectError } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectMessages, selectUnanswered, selectUnansweredReason } from '@streamfold/core'
import type { Shown } from './superseded.ts'
import { isRunning } from './ui-message.ts'

/** Names an answer before it exists and as long as it runs: the key of its prompt; without a known prompt its own. */
export type AnswerName = string

/** How far an answer has come. */
export type Progress =
  | { readonly type: 'waiting' }
  | { readonly type: 'written'; readonly message: Message }
  /** There is none and nothing brings one: the reason, or undefined where none is wanted any more. */
  | { readonly type: 'missing'; readonly reason: string | undefined }

/** @param found the response, where it is known already */
export function progressOf(state: Conversation, name: AnswerName, found?: Message): Progress {
  const messages = selectMessages(state)
  const named = findByKey(messages, name)
  const message = found ?? (named?.role === 'user' ? answerTo(messages, named) : named)
  if (message && !isRunning(message)) return { type: 'written', message }
  // What a failed channel has not brought it will not bring.
  if (selectConnectionStatus(state) === 'failed') return { type: 'missing', reason: selectError(state) }
  if (message) return { type: 'written', message }
  return named ? unanswered(state, named) : { type: 'waiting' }
}

/** The newest answer that is being written or waited for, of those that are shown. */
export function runningAnswer(state: Conversation, shown: readonly Shown[]): AnswerName | undefined {
  const response = shown.findLast(({ message }) => isRunning(message))
  if (response) return nameOf(state, response.message)
  const prompt = selectUnanswered(state)
  return prompt && unanswered(state, prompt).type === 'waiting' ? prompt.key : undefined
}

function nameOf(state: Conversation, response: Message): AnswerName {
  const { replyTo, key } = response
  if (replyTo === undefined) return key
  return selectMessages(state).findLast(({ id }) => id === replyTo)?.key ?? key
}

export function findByKey(messages: readonly Message[], key: string): Message | undefined {
  return messages.findLast((message) => message.key === key)
}

/** An agent of the plain pattern does not say what it answers: it is what comes next. */
function answerTo(messages: readonly Message[], prompt: Message): Message | undefined {
  if (prompt.status === 'sending' || prompt.status === 'failed') return undefined
  const named = messages.findLast(({ role, replyTo }) => role === 'assistant' && replyTo === prompt.id)
  return named ?? messages.find(({ role, replyTo, id }) => role === 'assistant' && replyTo === undefined && id > prompt.id)
}

function unanswered(state: Conversation, prompt: Message): Progress {
  if (prompt.status === 'deleted') return { type: 'missing', reason: undefined }
  const overdue = selectUnanswered(state)?.key === prompt.key ? selectUnansweredReason(state) : undefined
  const reason = prompt.error ?? overdue
  if (reason === undefined) return { type: 'waiting' }
  const what = prompt.status === 'failed' ? 'send the prompt' : 'get an answer'
  return { type: 'missing', reason: `unable to ${what}; ${reason}: try again` }
}
