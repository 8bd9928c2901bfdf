import type { Continuity, Conversation, Log, MessageStatus, Role } from '@streamfold/core'
import type { ChannelStatus } from '@streamfold/core/machines'
import { selectMessages } from '@streamfold/core'
import { importLog, replay } from '@streamfold/core/log'

/** A conversation as a reader saw it: what a bug report is about. Plain, to be compared with `toEqual`. */
export interface Seen {
  readonly channel: ChannelStatus
  readonly messages: readonly {
    readonly role: Role
    readonly status: MessageStatus
    readonly continuity: Continuity
    readonly text: string
  }[]
}

export interface Recorded {
  readonly log: Log
  /** What a reader saw after the first `until` events. Default: after all of them. */
  seen(until?: number): Seen
}

/** A log that somebody handed over, in a test. @param text as `exportLog` writes it. @throws when it is none. */
export function recorded(text: string): Recorded {
  const log = importLog(text)
  return { log, seen: (until = Infinity) => seen(replay(log, { until })) }
}

function seen(conversation: Conversation): Seen {
  return {
    channel: conversation.context.channel.status,
    messages: selectMessages(conversation).map(({ role, status, continuity, text }) => ({ role, status, continuity, text })),
  }
}
