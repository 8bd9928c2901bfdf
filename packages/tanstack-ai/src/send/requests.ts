import type { AnswerName } from '@streamfold/client'
import { answerName, answerProgress, findByKey } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { Run } from '../feed/runs.ts'

/** What a chat waits for: the answer to its prompt, what follows its decisions, or the run that it has joined. */
export interface ChatRequest {
  /** The id that the chat has for the run. */
  readonly runId: string
  /** Whether the run is the one that this request waits for. */
  covers(state: Conversation, run: Run): boolean
  /** Ends the request, if its answer has ended or cannot come any more. Called when no run was given for it. */
  missing(state: Conversation): boolean
  /** The run was given to the chat up to its end. */
  settle(state: Conversation): void
  /** Resolves when it has ended; rejects with the reason where the answer failed. */
  readonly settled: Promise<void>
  /** The response, once there is one. */
  response(state: Conversation): Message | undefined
  readonly name: AnswerName
}

/** What is asked for. */
export interface Asked {
  readonly name: AnswerName
  /** Serial of the response, if it is known already. */
  readonly response?: string | undefined
  /** The run before the one that is asked for. */
  readonly after?: string | undefined
}

export function createRequest(runId: string, { name, response: known, after }: Asked): ChatRequest {
  let resolve = (): void => undefined
  let reject = (_reason: Error): void => undefined
  const settled = new Promise<void>((...functions) => ([resolve, reject] = functions))
  // A chat that was stopped reads no reason.
  settled.catch(() => undefined)
  let serial = known
  const response = (state: Conversation) => (serial === undefined ? undefined : selectMessage(state, serial))

  return {
    runId,
    name,
    settled,
    response,
    covers(state, run) {
      if (serial === undefined) {
        const message = selectMessage(state, run.response)
        // Always the same response, even if another one answers the prompt too.
        if (message && (answerName(state, message) === name || hasTakenIn(state, message, name))) serial = run.response
      }
      return serial === run.response && run.id !== after
    },
    missing(state) {
      return answerProgress(state, name, response(state)).type === 'missing'
    },
    settle(state) {
      const progress = answerProgress(state, name, response(state))
      const reason =
        progress.type === 'missing' ? progress.reason : progress.type === 'written' ? failureOf(progress.message) : undefined
      if (reason === undefined) resolve()
      else reject(new Error(reason))
    },
  }
}

/** Whether a response took a prompt in, instead of another one that answers it. */
function hasTakenIn(state: Conversation, { parts }: Message, prompt: AnswerName): boolean {
  const steering = parts.filter((part) => part.type === 'steering-message')
  if (steering.length === 0) return false
  const serial = findByKey(selectMessages(state), prompt)?.id
  return steering.some((part) => 'id' in part && part.id === serial)
}

function failureOf({ status, error }: Message): string | undefined {
  if (status === 'failed') return `unable to complete the answer; ${error ?? 'the agent failed'}: try again`
  return status === 'abandoned' ? 'unable to complete the answer; the agent has gone silent: try again' : undefined
}
