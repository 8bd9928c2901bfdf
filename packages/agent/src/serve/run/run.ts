import type { ConversationEvent } from '@streamfold/core'
import type { Answer } from '../prompt/answer.ts'
import type { CancelRequest } from '../prompt/early-cancels.ts'

/** One prompt being answered. */
export interface Run {
  readonly promptSerial: string
  readonly answer: Promise<Answer>
  /** Whether it has begun to write: the prompt was read, and it is this agent's to answer. */
  readonly begun: boolean
  /** Whether it waits for its turn, or has waited. */
  readonly queued: boolean
  /** Serial of the prompt that it answers, once it was read: that of a request for another response is another one. */
  readonly asked: string | undefined
  /** Client id of the prompt's author, once it has begun. */
  readonly author: string | undefined
  /** Serial of the response, once there is one. */
  readonly response: string | undefined
  /** Resolves when nothing is written any more. */
  readonly ended: Promise<void>
  /** Ends what is written, with the reason. */
  stop(reason: Error): void
  /** A client asks that it be stopped; whether that counts is known once the prompt was read. */
  cancel(request: CancelRequest): void
  /** What the channel delivers, by which the claim knows who writes the response. */
  receive(event: ConversationEvent): void
}

/** The reason when this attempt is over, and another one goes on: nothing is written any more, and the response stays open. */
export const LEFT = new DOMException('another attempt goes on with the response', 'AbortError')

/** The reason when the prompt or the response was deleted: nothing is written any more. */
export const DELETED = new DOMException('the message was deleted', 'AbortError')
