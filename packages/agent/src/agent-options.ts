import type { AgentChannel, Headers, Message } from '@streamfold/core'
import type { Answer } from './answer.ts'
import type { Clock } from './clock.ts'
import type { StreamOptions } from './options.ts'
import type { Source } from './source.ts'

/** What the model is given. */
export interface Task {
  /** The conversation so far, oldest first; the prompt is the last of it. Deleted messages are there, without text. */
  readonly messages: readonly Message[]
  readonly prompt: Message
  /** Aborts when the answer is not wanted any more. Pass it on to the model. */
  readonly signal: AbortSignal
}

export interface AgentOptions extends Pick<StreamOptions, 'batch' | 'describe' | 'maxInFlight' | 'repair'> {
  readonly channel: AgentChannel
  /** Answers one prompt. What it throws, or what its source throws, makes the response `failed`. */
  readonly respond: (task: Task) => Source | PromiseLike<Source>
  /** Further headers of every response. Default none. */
  readonly headers?: Headers
  /** An unfinished response silent for this long, in milliseconds, is written anew when its prompt is triggered. Default 15 000. */
  readonly takeoverAfter?: number
  /** An unfinished response silent for this long, in milliseconds, is closed as failed. Default 60 000. */
  readonly abandonedAfter?: number
  /** Told of failures that no caller waits for: presence, closing abandoned responses. Default: ignored. */
  readonly onError?: (error: unknown) => void
  /** Default: the system's. */
  readonly clock?: Clock
}

export interface Agent {
  /** Answers a prompt. The same prompt again, while it is being answered, gets the same response. Never rejects. */
  answer(promptSerial: string): Promise<Answer>
  /** Number of prompts being answered. */
  readonly working: number
  /** Ends the responses under way as failed, leaves the channel, and takes no more prompts. */
  close(): Promise<void>
}
