import type { Continuity, Conversation, Log, MessageStatus, Role } from '@streamfold/core'
import type { ChannelStatus } from '@streamfold/core/machines'
import { selectMessages } from '@streamfold/core'
import type { PartOutline } from '@streamfold/core/log'
import { importLog, outlineOf, replay } from '@streamfold/core/log'

/** A conversation as its reader saw it, as plain data for `toEqual`. */
export interface Seen {
  readonly channel: ChannelStatus
  readonly messages: readonly {
    readonly role: Role
    readonly status: MessageStatus
    readonly continuity: Continuity
    readonly text: string
    /** The parts in outline; absent if the message is one plain text. */
    readonly parts?: readonly PartOutline[]
  }[]
}

export interface Recorded {
  readonly log: Log
  /** The reader's view after the first `until` events. Default: after all events. */
  seen(until?: number): Seen
}

/** Reads a log of a bug report in a test. @param text the output of `exportLog` @throws if it is not a log */
export function recorded(text: string): Recorded {
  const log = importLog(text)
  return { log, seen: (until = Infinity) => seen(replay(log, { until })) }
}

function seen(conversation: Conversation): Seen {
  return {
    channel: conversation.context.channel.status,
    messages: selectMessages(conversation).map((message) => {
      const { role, status, continuity, text } = message
      const parts = outlineOf(message)
      return { role, status, continuity, text, ...(parts && { parts }) }
    }),
  }
}
