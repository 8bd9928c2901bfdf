import type { ChannelStatus } from '../machines/channel-machine.ts'
import type { Effect } from './effect.ts'
import type { ChannelPlace } from './machine-tables.ts'
import type { Headers, HeadersOf } from '../protocol/message.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { noRecords } from './record-list.ts'

/** Times, in milliseconds, by which silence is judged. */
export interface ConversationOptions {
  /** A response unheard for this long is `stalled`. Default 10 000. */
  readonly stalledAfter: number
  /** A response unheard for this long is `abandoned`. Default 60 000. */
  readonly abandonedAfter: number
  /** A response unheard for this long while no agent is present is `abandoned`. Default 5 000. */
  readonly absentAfter: number
  /** A prompt without an answer for this long is shown as unanswered. Default 20 000. */
  readonly unansweredAfter: number
  /** First pause before a failed read is tried again; doubles up to 30 times itself. Default 1 000. */
  readonly retryAfter: number
}

const defaults: ConversationOptions = {
  stalledAfter: 10_000,
  abandonedAfter: 60_000,
  absentAfter: 5_000,
  unansweredAfter: 20_000,
  retryAfter: 1_000,
}

/** How the channel stands. */
export interface ChannelState {
  readonly status: ChannelStatus
  /** The state of `channelMachine`, inner states included. */
  readonly place: ChannelPlace
  /** Whether history has ever been read to its end here: then all that is known is read again, and no more. */
  readonly known: boolean
  /** Reads of history so far on this attachment. */
  readonly attempt: number
  /** When a failed read is tried again, by local time. */
  readonly retryAt: number | undefined
  readonly error: string | undefined
  /** There is no channel to follow. */
  readonly unopened?: boolean
}

/** What surrounds the messages. Changes a few times a second at most, while messages may change with every token. */
export interface ConversationContext<H extends HeadersOf<H> = Headers> {
  readonly options: ConversationOptions
  /** Optimistic prompts that the channel has not shown yet, in the order they were sent. */
  readonly pending: readonly MessageRecord<H>[]
  /** Serials of responses whose end has not been seen; of a message group the serial of its first record. */
  readonly open: readonly string[]
  /** Serials of responses that the stream has passed: only a newer snapshot can mend them. */
  readonly behind: readonly string[]
  /** Whether some record has named a group or continued another: while none has, every record is a message by itself. */
  readonly grouped: boolean
  readonly channel: ChannelState
  readonly connection: {
    readonly state: string
    readonly error: string | undefined
    /** Whether the client is not let in; also while it tries again. */
    readonly refused?: boolean
    readonly retryAt: number | undefined
  }
  /** What the channel's state asks the binding to do. */
  readonly effects: readonly Effect[]
  /** Client ids of agents present; undefined until presence is known. */
  readonly agents: readonly string[] | undefined
  readonly hasOlder: boolean
  /** Local time of the last tick; 0 before the first. */
  readonly now: number
  /** Local time since when the channel has been live without interruption. */
  readonly liveSince: number
}

/**
 * The whole state of a conversation: an immutable value that `reduce` turns into the next. Two fields, because an append
 * makes a new one: what it need not copy, it does not pay for.
 */
export interface Conversation<H extends HeadersOf<H> = Headers> {
  readonly records: Records<H>
  readonly context: ConversationContext<H>
}

/** @param options overrides of the default times. */
export function emptyConversation<H extends HeadersOf<H> = Headers>(options: Partial<ConversationOptions> = {}): Conversation<H> {
  return {
    records: noRecords as Records<H>, // There is none to differ.
    context: {
      options: { ...defaults, ...options },
      pending: [],
      open: [],
      behind: [],
      grouped: false,
      channel: { status: 'detached', place: 'detached', known: false, attempt: 0, retryAt: undefined, error: undefined },
      connection: { state: 'connecting', error: undefined, retryAt: undefined },
      effects: [],
      agents: undefined,
      hasOlder: false,
      now: 0,
      liveSince: 0,
    },
  }
}

/** The conversation with some of its surroundings changed. */
export function inContext(state: Conversation, changes: Partial<ConversationContext>): Conversation {
  return { records: state.records, context: { ...state.context, ...changes } }
}
