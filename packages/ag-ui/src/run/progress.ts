import { isRunning, selectError } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import {
  selectConnectionStatus,
  selectMessage,
  selectMessages,
  selectPath,
  selectPromptStates,
  selectUnanswered,
  selectWaiting,
} from '@streamfold/core'

/** What a run follows: the answer to a prompt, by the key of the prompt; a response that goes on, by its id; or, without either, all that goes on. */
export interface Followed {
  readonly prompt?: string | undefined
  readonly response?: string | undefined
}

/** How far a run is. */
export type Progress =
  | { readonly type: 'going' }
  /** The response has ended, or it waits for people; undefined if there is none and none is expected. */
  | { readonly type: 'ended'; readonly response: Message | undefined }
  /** There is no answer, for a reason that a page should show. */
  | { readonly type: 'failed'; readonly reason: string }

const going: Progress = { type: 'going' }

/** @param head as for `selectPath` @param seen ids of the responses that were going on while the run has followed them */
export function progressOf(
  state: Conversation,
  head: string | undefined,
  { prompt, response }: Followed,
  seen: ReadonlySet<string>,
): Progress {
  const progress =
    response !== undefined
      ? responseProgress(state, selectMessage(state, response))
      : prompt !== undefined
        ? promptProgress(state, prompt)
        : pathProgress(state, head, seen)
  // A failed channel delivers nothing more.
  if (progress.type === 'going' && selectConnectionStatus(state) === 'failed')
    return {
      type: 'failed',
      reason: selectError(state) ?? 'unable to follow the conversation; the connection failed: connect again',
    }
  return progress
}

function responseProgress(state: Conversation, response: Message | undefined): Progress {
  // Once everything is decided, the agent goes on.
  const isDecided = response?.status === 'waiting' && selectWaiting(state).every(({ message }) => message.id !== response.id)
  return response && (isDecided || isRunning(response)) ? going : { type: 'ended', response }
}

function promptProgress(state: Conversation, key: string): Progress {
  const prompt = selectMessages(state).findLast((message) => message.key === key)
  if (!prompt) return going
  const is = selectPromptStates(state).get(prompt.id)
  switch (is) {
    case 'answered':
    case 'taken-in': {
      const response = answerTo(state, prompt)
      return response ? responseProgress(state, response) : going
    }
    case 'withdrawn':
      return { type: 'ended', response: undefined }
    case 'failed':
      return { type: 'failed', reason: `unable to send the prompt; ${prompt.error ?? 'it could not be published'}: try again` }
    case 'unanswered':
      return { type: 'failed', reason: `unable to get an answer; ${prompt.error ?? 'no agent has answered yet'}: try again` }
    default:
      return going
  }
}

/** The response to a prompt, or the one that has taken it in. An agent of the plain pattern does not name its prompt. */
function answerTo(state: Conversation, prompt: Message): Message | undefined {
  const responses = selectMessages(state).filter(({ role }) => role === 'assistant')
  return (
    responses.findLast(({ replyTo }) => replyTo === prompt.id) ??
    responses.findLast(({ parts }) =>
      parts.some((part) => part.type === 'steering-message' && 'id' in part && part.id === prompt.id),
    ) ??
    responses.find(({ id, replyTo }) => replyTo === undefined && id > prompt.id)
  )
}

function pathProgress(state: Conversation, head: string | undefined, seen: ReadonlySet<string>): Progress {
  const path = selectPath(state, head)
  if (path.some(isRunning) || isExpected(state, head)) return going
  return {
    type: 'ended',
    response: path.findLast(({ id, role, status }) => role === 'assistant' && (seen.has(id) || status === 'waiting')),
  }
}

/** Whether a prompt of the path waits for an answer that may still come. */
export function isExpected(state: Conversation, head: string | undefined): boolean {
  const prompt = selectUnanswered(state, head)
  const is = prompt && selectPromptStates(state).get(prompt.id)
  return is === 'sending' || is === 'queued' || is === 'submitted'
}
