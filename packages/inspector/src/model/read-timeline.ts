import type { Log } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import type { GrowingTimeline } from './grow-timeline.ts'
import { beginTimeline, forget, step } from './grow-timeline.ts'
import type { Timeline } from './timeline.ts'

/** Extends a timeline while its log grows: each event is folded once, however often it is drawn. */
export interface TimelineReader {
  /** The same object while the log grows. */
  readonly timeline: Timeline
  /**
   * Reads at most `most` new events of the log, and removes what the log has dropped.
   * @returns whether there is more to read
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
      // The log dropped events before they were read.
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

/** The timeline of a complete log. */
export function timelineOf(log: Log): Timeline {
  const reader = createTimelineReader()
  reader.read(log)
  return reader.timeline
}

const nothing: Timeline = beginTimeline(emptyConversation(), 0)
