import type { Conversation, NormaliseOptions, Scheduler } from '@streamfold/core'
import type { Clock } from './clock.ts'
import type { Trigger } from './prompts.ts'

export interface OpenOptions {
  /** Who is an agent; see `NormaliseOptions.agent`. Set it wherever users may publish. */
  readonly agent?: NormaliseOptions['agent'] | undefined
  /** How far an attachment reaches back, as Ably's channel param. Default `2m`; the channel's own param wins; `false` leaves it off. */
  readonly rewind?: string | false | undefined
  /** Messages read at first, and by each `loadOlder`. Default 100. */
  readonly history?: number | undefined
  /** Called when a prompt is on the channel, for agents that do not listen themselves. Its rejection is shown at the prompt. */
  readonly trigger?: Trigger | undefined
  /** State to begin with, from `fromJSON`. Default: an empty conversation. */
  readonly initial?: Conversation | undefined
  /** Keeps every event for `exportLog`. Default false. */
  readonly log?: boolean | undefined
  /** When subscribers are told. Default: once a frame. */
  readonly scheduler?: Scheduler | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}
