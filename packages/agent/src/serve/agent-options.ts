import type { Headers, Message } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import type { Answer } from './answer.ts'
import type { ResponseArchive } from '../archive/archive.ts'
import type { Clock } from '../clock.ts'
import type { StreamOptions } from '../publish/options.ts'
import type { Source } from '../source/source.ts'

/** How a prompt that comes while an earlier one is being answered is treated. */
export type PromptOrder = 'concurrently' | 'in-order' | 'interrupt'

/** The input of the model. */
export interface Task {
  /**
   * The conversation so far, oldest first, each answer behind its prompt; the prompt is the last of it. Deleted messages are there,
   * without text. Its newest messages, at most as many as the channel reads (`history` of `createAgentChannel`, 200 by default), from the
   * channel and from the `archive`, where there is one. Of responses the messages have all parts, also what the option `show` withholds from
   * readers, if the archive keeps that.
   */
  readonly messages: readonly Message[]
  readonly prompt: Message
  /** Aborts when the answer is not wanted any more. Pass it on to the model. */
  readonly signal: AbortSignal
  /**
   * Adds headers to the response. They go out with its next append, or after a tenth of a second in one of their own. After the response has
   * ended nothing is added.
   *
   * @throws RangeError when all that was added takes more than 2 KB, TypeError when a value is no string, or a name is the protocol's
   */
  readonly annotate: (headers: Headers) => void
}

export interface AgentOptions extends Pick<
  StreamOptions,
  'batch' | 'describe' | 'maxInFlight' | 'repair' | 'show' | 'silenceLimit' | 'toolLimit' | 'heartbeat' | 'secret'
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
   * A prompt that comes while an earlier one is being answered: `concurrently` is answered beside it; `in-order` has its (empty)
   * response at once and its model asked when the earlier ones have ended, also those of other agents; `interrupt` ends the
   * earlier ones as cancelled, where the same client id wrote their prompts. Default `concurrently`.
   */
  readonly prompts?: PromptOrder
  /**
   * Whether a cancel counts: `by` is the client id that the service stamped on it, undefined for a client without one. A cancel that does not count
   * changes nothing. Default: it counts from the author of the prompt and from the agent's own client id.
   */
  readonly mayCancel?: (by: string | undefined, prompt: Message) => boolean
  /**
   * How a response is treated that this agent, or another with its client id, left open when it died: `close` ends it as failed and keeps
   * its text, `regenerate` writes it again if it is not older than ten minutes. Default `close`.
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
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface Agent {
  /** Answers a prompt. The same prompt again, while it is being answered, gets the same response. Never rejects. */
  answer(promptSerial: string): Promise<Answer>
  /**
   * Ends or regenerates responses that were left open: now those that have been idle for `staleAfter`, the others when they have. The first
   * `answer` on a channel does the same in the background. A channel out of reach is reported and tried again. Resolves with the serials of
   * these responses, when none is left open, after twenty tries, or when the agent is closed; never rejects.
   */
  recover(): Promise<readonly string[]>
  /** Number of prompts being answered. */
  readonly working: number
  /**
   * Takes no more prompts, ends the responses under way as failed, and leaves the channel.
   *
   * @param grace milliseconds that they are given to end by themselves. Default none. Rejects, and closes nothing, when it is no number of these.
   */
  close(grace?: number): Promise<void>
}
