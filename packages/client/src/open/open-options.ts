import type { Conversation, LogOptions, MessageTypes, MessageTypesOf, NormaliseOptions, Scheduler } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import type { Clock } from '../clock.ts'
import type { ConversationObserver } from '../conversation-observer.ts'
import type { NotifyAgent } from '../notify-agent.ts'
import type { Upload } from '../files/upload.ts'

/** Options of one opener of a conversation. `setOptions` changes them. */
export interface OpenOptions<T extends MessageTypesOf<T> = MessageTypes> {
  /** Which client ids are agents; see `AgentRule`. Set it wherever users may publish. Openers with other ids have another conversation on the channel. */
  readonly agent?: NormaliseOptions['agent'] | undefined
  /** Reads the text from data of a product's own shape; see `NormaliseOptions.text`. */
  readonly text?: NormaliseOptions['text'] | undefined
  /**
   * The channel's format, if it is neither Streamfold's own nor the plain pattern: `aiTransport`, or the result of `defineCodec`. Prompts
   * and cancels are published in the same format.
   */
  readonly codec?: Codec | undefined
  /**
   * Who may answer, stop, steer and edit what; see `Permissions`. Default: the author of the prompt, and the agents. Give the same functions to all
   * openers of a channel, and the same rules to its agents. Openers with others have another conversation on the channel.
   */
  readonly permissions?: NormaliseOptions['permissions']
  /** How far an attachment reaches back, as Ably's channel param. Default `2m`; the channel's own param has priority; `false` omits it. */
  readonly rewind?: string | false | undefined
  /** Messages read at first, and by each `loadOlder`. Default 100. */
  readonly history?: number | undefined
  /** Asks an agent that does not subscribe to the channel to answer a prompt, usually over HTTP; see `NotifyAgent`. */
  readonly notifyAgent?: NotifyAgent | undefined
  /** Uploads the files that `sendMessage` is given as they are. Default: they are refused, and only files with an address are sent. */
  readonly upload?: Upload | undefined
  /** State to begin with, from `fromJSON`: rendered by a server, or stored by a page. Default: an empty conversation. */
  readonly initial?: Conversation<T> | undefined
  /**
   * Serial up to which `initial` is complete, for example from an archive. History is then first read back to that serial, instead of
   * `history` messages, and on to the oldest message of `initial` that the channel still has, because it may have been edited or deleted
   * after the archive was read. Default: `initial` may be incomplete.
   */
  readonly since?: string | undefined
  /** Keeps events for `exportLog`, all of them or up to a limit. A new log starts when a released conversation is opened again. Default false. */
  readonly log?: boolean | LogOptions | undefined
  /**
   * Id or key of a message on the branch to show at first, for example the one that the person chose on an earlier visit. Until the message is
   * known, and without it, the newest branch is shown. `setOptions` does not change the branch.
   */
  readonly head?: string | undefined
  /**
   * For people who look at a conversation together: `choose` is published, and this opener follows what others with the option choose. Their
   * tokens need `publish`. Default false: the branch belongs to each opener.
   */
  readonly shareBranch?: boolean | undefined
  /** When subscribers are notified. Default: once per frame. */
  readonly scheduler?: Scheduler | undefined
  /** Follows what this opener sends and shows: `observeConversation()` of `@streamfold/opentelemetry`, or your own. Default none. */
  readonly observe?: ConversationObserver | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

/** The options of all openers of a conversation, combined. */
export type SharedOptions = Pick<
  OpenOptions,
  'agent' | 'text' | 'codec' | 'permissions' | 'rewind' | 'history' | 'since' | 'log' | 'clock' | 'notifyAgent'
>

const fields: { readonly [Field in keyof Required<OpenOptions>]: true } = {
  agent: true,
  text: true,
  codec: true,
  permissions: true,
  rewind: true,
  history: true,
  notifyAgent: true,
  upload: true,
  initial: true,
  since: true,
  log: true,
  head: true,
  shareBranch: true,
  scheduler: true,
  observe: true,
  clock: true,
}

/** The names of all options. A binding compares the values under them before it calls `setOptions`. */
export const optionNames = Object.keys(fields) as readonly (keyof OpenOptions)[] // As declared.

/** Reads every option; missing ones are undefined. For a binding, whose new options replace all previous ones. */
export function everyOption(read: (field: keyof OpenOptions) => unknown): OpenOptions {
  return Object.fromEntries(optionNames.map((field) => [field, read(field)]))
}
