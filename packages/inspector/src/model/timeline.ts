import type { Conversation, Log, Message } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import type { Entry } from './entry.ts'
import { beginTimeline, forget, step } from './grow-timeline.ts'
import type { GrowingTimeline } from './grow-timeline.ts'
import type { Track } from './track.ts'

/** What happened to one message. */
export interface Lane {
  readonly serial: string
  readonly role: Message['role']
  /** The entries that carried a version of it. */
  readonly marks: readonly Entry[]
  readonly status: Track
  readonly continuity: Track
}

interface Checkpoint {
  readonly index: number
  /** The conversation before the event `index`. */
  readonly state: Conversation
}

/** A log as a picture needs it. */
export interface Timeline {
  /** Index of the oldest entry; those before it were folded into the log's start. */
  readonly first: number
  /** Index of the event to be read next. */
  readonly next: number
  /** Time of the first entry that has one; 0 while there is none. */
  readonly begins: number
  readonly entries: readonly Entry[]
  readonly lanes: ReadonlyMap<string, Lane>
  readonly connection: Track
  readonly channel: Track
  readonly checkpoints: readonly Checkpoint[]
  /** The conversation after the last entry. */
  readonly state: Conversation
}

/** Grows a timeline with its log: each event is folded once, however often it is drawn. */
export interface TimelineReader {
  /** The same object while it grows. */
  readonly timeline: Timeline
  /**
   * Reads what the log holds beyond what was read, `most` events at the most, and forgets what the log has forgotten.
   * @returns whether there is more to read.
   */
  read(log: Log, most?: number): boolean
}

export function createTimelineReader(): TimelineReader {
  let timeline: GrowingTimeline | undefined
  return {
    get timeline() {
      return timeline ?? nothing
    },
    read(log, most = Infinity) {
      const { folded = 0, events } = log
      // What the log forgot before it was read is out of reach.
      if (!timeline || folded > timeline.next || folded < timeline.first) timeline = beginTimeline(log.start, folded)
      if (folded > timeline.first) forget(timeline, log.start, folded)
      const end = Math.min(folded + events.length, timeline.next + most)
      while (timeline.next < end) {
        const at = timeline.next - folded
        step(timeline, events[at]!, log.arrivals?.[at])
      }
      return end < folded + events.length
    },
  }
}

/** The timeline of a whole log. */
export function timelineOf(log: Log): Timeline {
  const reader = createTimelineReader()
  reader.read(log)
  return reader.timeline
}

const nothing: Timeline = beginTimeline(emptyConversation(), 0)
