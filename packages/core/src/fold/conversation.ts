import type { ChannelStatus } from '../machines/channel-machine.ts'
import type { Answer, PendingAnswer } from '../protocol/answer.ts'
import type { TurnedVersion } from '../protocol/event.ts'
import type { Effect } from './effect.ts'
import type { RefusedMessage } from './refused-message.ts'
import type { ChannelPlace } from './machine-tables.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import type { MessageRecord } from './record.ts'
import type { Records } from './record-list.ts'
import { noRecords } from './record-list.ts'

/** Options of the fold. Times are in milliseconds. */
export interface ConversationOptions {
  /** An open response that was idle for this long is `stalled`. Default 10 000. */
  readonly stalledAfter: number
  /** An open response that was idle for this long is `abandoned`. Default 60 000. */
  readonly abandonedAfter: number
  /** An open response that was idle for this long while no agent is present is `abandoned`. Default 5 000. */
  readonly absentAfter: number
  /** A prompt without an answer for this long is shown as unanswered. Default 20 000. */
  readonly unansweredAfter: number
  /** First pause before a failed read is tried again; doubles up to 30 times itself. Default 1 000. */
  readonly retryAfter: number
  /** Whether the length that an append gives is checked, to notice appends that were lost or came twice (P104). Default true. */
  readonly checkLengths: boolean
}

const defaults: ConversationOptions = {
  stalledAfter: 10_000,
  abandonedAfter: 60_000,
  absentAfter: 5_000,
  unansweredAfter: 20_000,
  retryAfter: 1_000,
  checkLengths: true,
}

/** The state of the channel. */
export interface ChannelState {
  readonly status: ChannelStatus
  /** The state of `channelMachine`, inner states included. */
  readonly place: ChannelPlace
  /** Whether history has been read to its end before. The next read then goes back to the oldest known message only. */
  readonly known: boolean
  /** Reads of history on this attachment so far. */
  readonly attempt: number
  /** Local time at which a failed read is tried again. */
  readonly retryAt: number | undefined
  readonly error: string | undefined
  /** The channel could not be opened. Absent means false. */
  readonly unopened?: boolean
}

/** Everything except the records. It changes a few times per second at most, while records may change with every token. */
export interface ConversationContext<T extends MessageTypesOf<T> = MessageTypes> {
  readonly options: ConversationOptions
  /** Optimistic prompts that the channel does not have yet, in the order of sending. */
  readonly pending: readonly MessageRecord<T>[]
  /** People's answers to calls, in the order of their serials. */
  readonly answers: readonly Answer[]
  /** Answers of this client that the channel does not have yet. */
  readonly pendingAnswers: readonly PendingAnswer[]
  /** Messages whose newest version is by someone who may not change them. Absent: there are none. */
  readonly refused?: readonly RefusedMessage[]
  /** Messages that have become answers or cancels, newest last: no older version of them is a message again. Absent: there are none. */
  readonly turned?: readonly TurnedVersion[]
  /** Serials of open responses; of a message group the serial of its first record. */
  readonly open: readonly string[]
  /** Serials of records that are behind: only a newer snapshot can repair them. */
  readonly behind: readonly string[]
  /** Whether some record has named a group or continued another. Until then each record is a message by itself. */
  readonly grouped: boolean
  readonly channel: ChannelState
  readonly connection: {
    readonly state: string
    readonly error: string | undefined
    /** Whether the service refuses the client. It stays true while the client tries again. */
    readonly refused?: boolean
    readonly retryAt: number | undefined
  }
  /** Effects that the channel's state asks the client to perform. */
  readonly effects: readonly Effect[]
  /** Client ids of agents present; undefined until presence is known. */
  readonly agents: readonly string[] | undefined
  readonly hasOlder: boolean
  /** Appends whose length was wrong although nothing was missing. After two the lengths are not checked any more. Absent means 0. */
  readonly groundlessDoubts?: number
  /** Local time of the last tick; 0 before the first. */
  readonly now: number
  /** Local time since which the channel has been live without interruption. */
  readonly liveSince: number
}

/**
 * The state of a conversation: an immutable value that `reduce` turns into the next one. It has two fields because an append makes a
 * new conversation and must not copy the context.
 */
export interface Conversation<T extends MessageTypesOf<T> = MessageTypes> {
  readonly records: Records<T>
  readonly context: ConversationContext<T>
}

/** Makes the conversation that a store starts with. @param options overrides of the default times. */
export function emptyConversation<T extends MessageTypesOf<T> = MessageTypes>(
  options: Partial<ConversationOptions> = {},
): Conversation<T> {
  return {
    records: noRecords as Records<T>, // An empty list has no headers.
    context: {
      options: { ...defaults, ...options },
      pending: [],
      answers: [],
      pendingAnswers: [],
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

/** Whether lengths are checked: not where they have twice been wrong themselves. */
export function checksLengths({ options, groundlessDoubts = 0 }: ConversationContext): boolean {
  return options.checkLengths && groundlessDoubts < 2
}

/** The conversation with changes to its context. */
export function inContext(state: Conversation, changes: Partial<ConversationContext>): Conversation {
  return { records: state.records, context: { ...state.context, ...changes } }
}
