import type { ObjectContext, RunOptions, ServiceOptions, VirtualObjectDefinition } from '@restatedev/restate-sdk'
import { handlers, object } from '@restatedev/restate-sdk'
import type { Agent, Answer, Outcome, Work } from '@streamfold/agent'
import { restateJournal } from './restate-journal.ts'

export interface RestateAnswersOptions {
  /**
   * The agent of a channel, which has `engine: restateEngine({ … })`. Called for each attempt; return the same agent while it is open, because agents of one
   * process share a connection.
   */
  readonly agent: (channel: string) => Agent | PromiseLike<Agent>
  /** Name of the service. Default `streamfold`. */
  readonly name?: string
  /** How a step that failed, such as a request to a model, is tried again. Default: five times, after 1, 2, 4 and 8 s. */
  readonly retry?: Omit<RunOptions<never>, 'serde'>
  /**
   * Longest time of a step, in milliseconds: Restate ends an attempt that has recorded nothing for this long, and begins another one. Default an hour. A
   * response that waits for a person takes no step.
   */
  readonly longestStep?: number
  /** More of Restate's options for the handler. */
  readonly handler?: Omit<ServiceOptions, 'inactivityTimeout' | 'abortTimeout' | 'metadata' | 'documentation'>
}

/** The handlers of the service, for `restate.serve` and its clients. */
export interface RestateAnswers {
  /** Answers a prompt, or goes on with its response. Resolves with how it ended. */
  answer(context: ObjectContext, work: Work): Promise<string>
}

/** Name of the service in Restate. */
export const SERVICE = 'streamfold'

const HOUR = 3_600_000

/** The service that answers prompts in Restate: bind it to an endpoint, `serve({ services: [restateAnswers({ agent })] })`. */
export function restateAnswers(options: RestateAnswersOptions): VirtualObjectDefinition<string, RestateAnswers> {
  const { agent: agentOf, name = SERVICE, longestStep = HOUR, handler } = options
  const retry = { maxRetryAttempts: 5, initialRetryInterval: 1_000, ...options.retry }
  const limits = { inactivityTimeout: longestStep, abortTimeout: 60_000 }

  async function answer(context: ObjectContext, { channel, prompt, response }: Work): Promise<string> {
    const agent = await agentOf(channel)
    const answered = await agent.answer(prompt, { journal: restateJournal(context, retry), response })
    return resultOf(answered, answered.type === 'answering' ? await answered.finished : undefined)
  }

  return object({ name, handlers: { answer: handlers.object.exclusive({ ...handler, ...limits }, answer) } })
}

/** @throws where another attempt has to go on */
function resultOf(answer: Answer, outcome: Outcome | undefined): string {
  if (answer.type === 'refused') {
    if (answer.reason === 'unavailable' || answer.reason === 'closed') throw new Error(answer.message, { cause: answer.cause })
    return answer.reason
  }
  if (!outcome) return answer.type
  if (outcome.status === 'superseded')
    throw new Error('unable to finish the response; another attempt goes on with it: try again')
  if ('unwritten' in outcome)
    throw new Error('unable to write the response; the channel is out of reach: try again', { cause: outcome.error })
  return outcome.status
}
