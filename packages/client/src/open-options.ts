import type { Conversation, Headers, HeadersOf, LogOptions, NormaliseOptions, Scheduler } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import type { Clock } from './clock.ts'
import type { NotifyAgent } from './notify-agent.ts'

/** Each is read when it is needed, so that it may change; what a change does is said where it is not plain. */
export interface OpenOptions<H extends HeadersOf<H> = Headers> {
  /** Who is an agent; see `NormaliseOptions.agent`. Set it wherever users may publish. Other ids begin another conversation on the channel. */
  readonly agent?: NormaliseOptions['agent'] | undefined
  /** Reads the text out of data of your own shape; see `NormaliseOptions.text`. */
  readonly text?: NormaliseOptions['text'] | undefined
  /**
   * How the channel is written, if it is not our own wire or the plain pattern: `aiTransport`, or what `defineCodec` made. Prompts
   * and cancels are published in it, too. Chosen once.
   */
  readonly codec?: Codec | undefined
  /** How far an attachment reaches back, as Ably's channel param. Default `2m`; the channel's own param wins; `false` leaves it off. */
  readonly rewind?: string | false | undefined
  /** Messages read at first, and by each `loadOlder`. Default 100. */
  readonly history?: number | undefined
  /** Called when a prompt is on the channel, for agents that do not listen themselves. Its rejection is shown at the prompt. */
  readonly notifyAgent?: NotifyAgent | undefined
  /** State to begin with, from `fromJSON`: what a server has rendered, or a page has kept. Default: an empty conversation. */
  readonly initial?: Conversation<H> | undefined
  /**
   * Serial up to which nothing is missing in `initial`, as an archive tells: history is first read back to it, instead of for `history`
   * messages, and on to the oldest message of `initial` that the channel still has, which may have been edited or deleted since the archive
   * was read. Default: nothing is taken for granted.
   */
  readonly since?: string | undefined
  /** Keeps the events from now on for `exportLog`, all of them or up to a limit; anew when all had left and one is back. Default false. */
  readonly log?: boolean | LogOptions | undefined
  /** When subscribers are told. Default: once a frame. */
  readonly scheduler?: Scheduler | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

const fields: { readonly [Field in keyof Required<OpenOptions>]: true } = {
  agent: true,
  text: true,
  codec: true,
  rewind: true,
  history: true,
  notifyAgent: true,
  initial: true,
  since: true,
  log: true,
  scheduler: true,
  clock: true,
}

/** Options that are asked for one by one whenever they are needed, for a binding whose options are reactive. */
export function lateOptions(read: (field: keyof OpenOptions) => unknown): OpenOptions {
  const getters = Object.keys(fields).map((field) => [field, { get: () => read(field as keyof OpenOptions) }] as const) // As declared.
  return Object.defineProperties({}, Object.fromEntries(getters))
}
