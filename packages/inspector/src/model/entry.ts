import type { Arrival, Conversation, ConversationEvent, Message, MessageStatus, WireEvent } from '@streamfold/core'
import type { Change } from './change.ts'
import { findMessage } from './find-message.ts'

/** What an event came to. */
export type EntryKind =
  | 'create'
  | 'append'
  /** A full version in place of an increment, or on top of what was there. */
  | 'update'
  /** A full version that closed a gap, or mended a text that was being written. */
  | 'repair'
  | 'delete'
  /** History, which told something new. */
  | 'snapshot'
  /** An increment or version that the text could not take: it stands still until a newer snapshot. */
  | 'held'
  /** Known already, or not news: nothing changed. */
  | 'ignored'
  /** Not a message that the core understands. */
  | 'rejected'
  | 'cancel'
  | 'channel'
  | 'connection'
  | 'history'
  | 'presence'
  | 'prompt'
  | 'tick'

/** One event of a log, and what it did. */
export interface Entry {
  /** Its place in all that was ever recorded, from 0. */
  readonly index: number
  /** Local time, in milliseconds since the epoch; as near as the log knows it. */
  readonly at: number
  readonly kind: EntryKind
  /** The message it is about. */
  readonly serial: string | undefined
  /** Characters that it carried. */
  readonly size: number
  /** Characters by which the text shown grew; below 0 where it shrank. */
  readonly added: number
  /** Service time at which it was published; undefined for what was read, or is ours. */
  readonly sent: number | undefined
  /** How the response stands, where this event ended it. */
  readonly ended: MessageStatus | undefined
  readonly changes: readonly Change[]
}

export interface Step {
  readonly index: number
  readonly event: ConversationEvent
  readonly arrival: Arrival | undefined
  readonly before: Conversation
  readonly after: Conversation
}

/** @param since time of the entry before: a clock that was set back does not turn time round. */
export function entryOf(step: Step, changes: readonly Change[], since: number): Entry {
  const { index, event } = step
  const entry = {
    index,
    at: Math.max(timeOf(step), since),
    serial: undefined,
    size: 0,
    added: 0,
    sent: undefined,
    ended: undefined,
    changes,
  }
  switch (event.type) {
    case 'created':
    case 'appended':
    case 'replaced':
    case 'deleted':
    case 'snapshot': {
      const was = findMessage(step.before, event.serial)
      const is = findMessage(step.after, event.serial)
      const kind = wireKind(event, was, is)
      return {
        ...entry,
        kind,
        serial: event.serial,
        size: event.text.length,
        added: (is?.text.length ?? 0) - (was?.text.length ?? 0),
        sent: event.type === 'snapshot' || event.at === 0 ? undefined : event.at,
        ended: is && was?.status !== is.status && hasEnded(is.status) ? is.status : undefined,
      }
    }
    case 'prompt-sent':
      return { ...entry, kind: 'prompt', serial: event.key, size: event.text.length }
    case 'prompt-failed':
      return { ...entry, kind: 'prompt', serial: event.key }
    case 'prompt-unanswered':
      return { ...entry, kind: 'prompt', serial: event.serial }
    case 'ignored':
      return { ...entry, kind: 'rejected' }
    default:
      return { ...entry, kind: event.type }
  }
}

function wireKind(event: WireEvent, was: Message | undefined, is: Message | undefined): EntryKind {
  if (!is || was === is) return 'ignored'
  if (was?.continuity === 'gapped' && is.continuity === 'contiguous') return 'repair'
  if (is.version !== event.version || (event.type === 'appended' && is.continuity === 'gapped')) return 'held'
  if (is.status === 'deleted') return 'delete'
  if (event.type === 'appended') return 'append'
  if (event.type === 'snapshot') return 'snapshot'
  if (!was) return 'create'
  return isBeingWritten(was.status) && !is.text.startsWith(was.text) ? 'repair' : 'update'
}

function hasEnded(status: MessageStatus): boolean {
  return status === 'complete' || status === 'cancelled' || status === 'failed' || status === 'deleted'
}

export function isBeingWritten(status: MessageStatus): boolean {
  return status === 'streaming' || status === 'stalled' || status === 'abandoned'
}

/** A log without arrivals knows time by its ticks, and where it has none by the service's clock; 0 where nothing tells. */
function timeOf({ event, arrival, after }: Step): number {
  if (arrival) return arrival.at
  if (after.context.now > 0) return after.context.now
  // What history holds was published at any time before.
  return 'at' in event && event.type !== 'snapshot' ? event.at : 0
}
