import type { Headers } from '@streamfold/core'
import type { AgentChannel, ResponseArchive } from '@streamfold/core/transport'
import type { Answer } from './prompt/answer.ts'
import type { Clock } from '../clock.ts'
import type { Attempt, Engine } from '../journal/journal.ts'
import type { StreamOptions } from '../publish/options/options.ts'
import type { AgentObserver } from '../observe/observer.ts'
import type { Source } from '../source/source.ts'
import type { Task } from './run/task.ts'

/** How a prompt that comes while an earlier one is being answered is treated. */
export type PromptOrder = 'concurrently' | 'queue' | 'steer' | 'interrupt'

export interface AgentOptions extends Pick<
  StreamOptions,
  | 'batch'
  | 'describe'
  | 'maxInFlight'
  | 'repair'
  | 'show'
  | 'silenceLimit'
  | 'toolLimit'
  | 'heartbeat'
  | 'secret'
  | 'answerWithin'
  | 'answerBy'
  | 'approve'
> {
  readonly channel: AgentChannel
  /**
   * Answers one prompt. What it throws, or what its source throws, makes the response `failed`; so does what is no source, as a text or an HTTP
   * response, and `onError` is called with the reason.
   */
  readonly respond: (task: Task) => Source | PromiseLike<Source>
  /** Further headers of every response, under names that are not the protocol's (`role`, `status`, `run`, …). Default none. */
  readonly headers?: Headers
  /**
   * An engine for durable work, which answers the prompts in place of this process: it is handed each prompt, and calls `answer` with a journal. All
   * agents of a channel have it. Default: none, and a response lives as long as the process.
   */
  readonly engine?: Engine
  /**
   * A prompt that comes while an earlier one is being answered: `concurrently` is answered beside it; `queue` is answered when the earlier ones have their
   * answers, also those of other agents, and can be edited and withdrawn until then; `steer` is taken into the response that runs, where the
   * same client id wrote its prompt and `respond` takes prompts in (`Task.takeIn`), and is queued otherwise; `interrupt` ends the earlier ones as cancelled, where
   * the same client id wrote their prompts. A prompt that names a running response in its header `into` is taken in, or answered
   * afterwards, in every case. A response that waits for people holds nothing up, and neither does one on another branch: an edit of an earlier
   * prompt, or a request for another response, is answered at once and goes into no response. `interrupt` ends also what runs on another branch, because the
   * client has left it. Default `concurrently`.
   */
  readonly prompts?: PromptOrder
  /**
   * Whether a response waits for people (status `waiting`) while calls of it are not decided: approvals that its source asked for, and calls of tools that the
   * source has not run, which a page runs. When all are decided `respond` is called again, by whichever agent is there then. Without it such a
   * response is complete, and its calls are interrupted. Default true, where the channel's format can say it.
   */
  readonly waits?: boolean
  /**
   * Tools that may be executed again where it is not known whether they were: their names, or a function of the name. Of every other tool that an
   * agent was about to execute when it died the call fails: it may have run. Default none.
   */
  readonly idempotent?: readonly string[] | ((toolName: string) => boolean)
  /**
   * How a response is treated that this agent, or another with its client id, left open when it died: `close` ends it as failed and keeps
   * its text, `regenerate` writes it again if it is not older than ten minutes. One with calls that people were asked for, or that were about to be executed, goes on
   * in both cases: nothing is executed twice. Default `close`.
   */
  readonly recovery?: 'close' | 'regenerate'
  /**
   * Longest prompt, in UTF-16 code units and at least 1, that is given to the model; a longer one is refused, and has a failed response that says so.
   * Default 32 000.
   */
  readonly maxPrompt?: number
  /**
   * An unfinished response that was idle for this long, in milliseconds, has lost its agent; more than twice the heartbeat of all agents. Default
   * 15 000.
   */
  readonly staleAfter?: number
  /**
   * Follows the channel while the agent is attached: messages that have ended are put there, and changes and deletions too, also those made
   * while no agent was attached. The model receives its messages when the channel's history has expired. Default: none.
   */
  readonly archive?: ResponseArchive
  /**
   * Called with every failure: of models and sources, of the channel, of presence and the archive. Users see none of it, only the text that
   * `describe` returns for the failure of a response. Default: `console.error`.
   */
  readonly onError?: (error: unknown) => void
  /** Follows what the agent does, for traces and metrics: `observeAgent()` of `@streamfold/opentelemetry`, or your own. Default none. */
  readonly observe?: AgentObserver | undefined
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface RecoverOptions {
  /** Whether it waits for responses that have not been idle for `staleAfter`. False where waiting costs, as in a function that is paid by the time that it runs. Default true. */
  readonly waits?: boolean
}

export interface Agent {
  /**
   * Answers a prompt. Resolves when its response exists, or a running response has taken it in: a prompt that waits for its turn takes that long. The same prompt
   * again, while it is being answered, gets the same response. With the option `engine` it is `accepted` when the engine has it. Never rejects.
   *
   * @param attempt given by the engine, which has the journal of the run: the agent answers the prompt here, or goes on with what an earlier attempt
   * has begun, in the same message. One attempt at a time; a newer one ends an older one in this process
   */
  answer(promptSerial: string, attempt?: Attempt): Promise<Answer>
  /**
   * Continues a response that waits, if all its calls are decided: for an HTTP trigger, where no agent listens to the channel. An agent that is attached does it by
   * itself. Refused as `waiting` while a decision is missing. Never rejects.
   */
  continue(responseSerial: string): Promise<Answer>
  /**
   * Continues responses that wait, if all their calls are decided, and ends or regenerates responses that were left open: now those that have been idle for `staleAfter`, the others when they have. The first
   * `answer` on a channel does the same in the background. A channel out of reach is reported and tried again. Resolves with the serials of
   * these responses, when none is left open, after twenty tries, or when the agent is closed; never rejects.
   */
  recover(options?: RecoverOptions): Promise<readonly string[]>
  /** Number of prompts being answered. */
  readonly working: number
  /**
   * Takes no more prompts, ends the responses under way as failed, and leaves the channel.
   *
   * @param grace milliseconds that they are given to end by themselves. Default none. Rejects, and closes nothing, when it is no number of these.
   */
  close(grace?: number): Promise<void>
}
