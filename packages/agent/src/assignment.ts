import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { Refused } from './answer.ts'
import { refused } from './answer.ts'

/** What is to be answered, and where. */
export interface Assignment {
  readonly type: 'assignment'
  readonly prompt: Message
  /** The conversation up to the prompt, which is its last message. */
  readonly messages: readonly Message[]
  /** The failed or abandoned responses that the prompt has, oldest first. */
  readonly broken: readonly Message[]
}

/**
 * Decides whether, and over what, a prompt is answered.
 *
 * @param now milliseconds since the epoch
 * @param takeoverAfter an unfinished response silent for this long, in milliseconds, has lost its agent
 */
export function assign(
  conversation: Conversation,
  promptSerial: string,
  now: number,
  takeoverAfter: number,
): Assignment | Refused {
  const prompt = selectMessage(conversation, promptSerial)
  if (!prompt || prompt.status === 'sending')
    return refused('unknown-prompt', `unable to answer ${promptSerial}; this channel has no such message`)
  if (prompt.role !== 'user') return refused('not-a-prompt', `unable to answer ${promptSerial}; it was not written by a user`)
  if (prompt.status === 'deleted') return refused('unknown-prompt', `unable to answer ${promptSerial}; it was deleted`)

  const all = selectMessages(conversation)
  const responses = all.filter(({ role, replyTo }) => role === 'assistant' && replyTo === promptSerial)
  for (const response of responses) {
    if (response.headers['status'] === 'streaming' && now - response.updatedAt <= takeoverAfter && response.status !== 'deleted')
      return refused('answered', `unable to answer ${promptSerial}; another agent is writing the response`, {
        responseId: response.id,
      })
  }
  const last = responses.at(-1)
  if (last && !isBroken(last))
    return refused('answered', `unable to answer ${promptSerial}; it has its response`, { responseId: last.id })
  return {
    type: 'assignment',
    prompt,
    messages: [...all.filter((message) => precedes(message, promptSerial)), prompt],
    broken: responses,
  }
}

/** Responses whose agent has been silent for so long that it will not come back. */
export function abandonedBy(conversation: Conversation, clientId: string, now: number, after: number): readonly Message[] {
  return selectMessages(conversation).filter(
    (message) =>
      message.role === 'assistant' &&
      message.clientId === clientId &&
      message.status !== 'deleted' &&
      message.headers['status'] === 'streaming' &&
      now - message.updatedAt > after,
  )
}

/** Failed, or still streaming by its headers although (the caller has checked) nobody writes it. */
function isBroken({ status, headers }: Message): boolean {
  return status !== 'deleted' && (headers['status'] === 'failed' || headers['status'] === 'streaming')
}

/** An answer to an earlier prompt belongs before this one even when it was written after it. */
function precedes(message: Message, promptSerial: string): boolean {
  if (message.id === promptSerial || message.status === 'sending') return false
  return message.role === 'assistant' && message.replyTo !== undefined
    ? message.replyTo < promptSerial
    : message.id < promptSerial
}
