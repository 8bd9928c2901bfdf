import type { Arrival, Conversation, ConversationEvent, MessageRecord, MessageStatus, WireEvent } from '@streamfold/core'
import type { Change } from './change.ts'
import { broughtSize, contentSize } from './content-size.ts'
import { findMessage } from './find-message.ts'

/** The effect of an event. */
export type EntryKind =
  | 'create'
  | 'append'
  /** A full version instead of an append, or after earlier text. */
  | 'update'
  /** A full version that closed a gap, or replaced a text that was being written. */
  | 'repair'
  | 'delete'
  /** A snapshot that changed something. */
  | 'snapshot'
  /** An append or version that the base rule did not apply: the text waits for a newer snapshot. */
  | 'held'
  /** Known already: nothing changed. */
  | 'ignored'
  /** A message that `normalise` ignored. */
  | 'rejected'
  | 'cancel'
  | 'channel'
  | 'connection'
  | 'history'
  | 'presence'
  | 'prompt'
  | 'answer'
  | 'tick'

/** One event of a log, and its effect. */
export interface Entry {
  /** Its index in everything that was recorded, from 0. */
  readonly index: number
  /** Local time in milliseconds since the epoch, as exact as the log has it. */
  readonly at: number
  readonly kind: EntryKind
  /** The message concerned. */
  readonly serial: string | undefined
  /** Characters of the text, or of the parts, that the version brings; not those of frames. */
  readonly size: number
  /** Characters by which what is shown grew; negative if it shrank. */
  readonly added: number
  /** Service time of its publication; undefined for a snapshot and for local events. */
  readonly sent: number | undefined
  /** The status of the response that this event ended. */
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

/** @param since time of the previous entry: time never runs backwards, even if a clock was set back */
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
        size: broughtSize(event, was, is),
        added: (is ? contentSize(is) : 0) - (was ? contentSize(was) : 0),
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
    case 'answer':
    case 'answer-sent':
      return { ...entry, kind: 'answer', serial: event.target, size: event.text.length }
    case 'versions-read':
      return { ...entry, kind: 'history', serial: event.serial }
    case 'answer-failed':
      return { ...entry, kind: 'answer' }
    case 'ignored':
      return { ...entry, kind: 'rejected' }
    default:
      return { ...entry, kind: event.type }
  }
}

function wireKind(event: WireEvent, was: MessageRecord | undefined, is: MessageRecord | undefined): EntryKind {
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

/** A log without arrivals has the times of its ticks, or of the service; 0 if it has neither. */
function timeOf({ event, arrival, after }: Step): number {
  if (arrival) return arrival.at
  if (after.context.now > 0) return after.context.now
  // A snapshot was published at any time before.
  return 'at' in event && event.type !== 'snapshot' ? event.at : 0
}
