import type { Arrival, Conversation, ConversationEvent, Log, Store } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import type { Entry } from './model/entry.ts'
import { stateBefore } from './model/time-travel.ts'
import type { Timeline } from './model/timeline.ts'
import type { TimelineReader } from './model/read-timeline.ts'
import { createTimelineReader } from './model/read-timeline.ts'

/** A moment of a log: an event, and the conversations before and after it. */
export interface Moment {
  readonly entry: Entry
  readonly event: ConversationEvent
  readonly arrival: Arrival | undefined
  readonly before: Conversation
  readonly after: Conversation
}

/** An inspected log: a store's log that grows, or a loaded one. No DOM. */
export interface Inspection {
  readonly timeline: Timeline
  readonly log: Log | undefined
  /** Whether the log is the store's, not a loaded one. */
  readonly live: boolean
  /** The index of the event at the cursor; undefined for the present. */
  readonly cursor: number | undefined
  /** The moment at the cursor; the same object while the cursor stays. */
  readonly moment: Moment | undefined
  /** The conversation at the cursor, or the newest. */
  readonly shown: Conversation
  look(store: Store | undefined, loaded: Log | undefined): void
  /**
   * Reads on for some milliseconds. @param clock in milliseconds
   * @returns whether anything new was read, and whether there is more
   */
  read(milliseconds: number, clock: () => number): { readonly grew: boolean; readonly more: boolean }
  select(index: number | undefined): void
}

/** Events read between two checks of the clock. */
const SLICE = 64

export function createInspection(): Inspection {
  let store: Store | undefined
  let loaded: Log | undefined
  let reader: TimelineReader = createTimelineReader()
  let cursor: number | undefined
  let moment: Moment | undefined

  const logNow = () => loaded ?? store?.log

  function momentAt(index: number): Moment | undefined {
    const log = logNow()
    const { timeline } = reader
    const at = index - timeline.first
    const [entry, event] = [timeline.entries[at], log?.events[index - (log.folded ?? 0)]]
    if (!log || !entry || !event) return undefined
    const arrival = log.arrivals?.[index - (log.folded ?? 0)]
    const [before, after] = [stateBefore(timeline, log, index), stateBefore(timeline, log, index + 1)]
    return { entry, event, arrival, before, after }
  }

  return {
    get timeline() {
      return reader.timeline
    },
    get log() {
      return logNow()
    },
    get live() {
      return loaded === undefined && store !== undefined
    },
    get cursor() {
      return cursor
    },
    get moment() {
      if (cursor === undefined) return undefined
      if (moment?.entry.index !== cursor) moment = momentAt(cursor)
      return moment
    },
    get shown() {
      if (cursor !== undefined) return this.moment?.after ?? emptyConversation()
      return loaded || !store ? reader.timeline.state : store.getState()
    },
    look(nextStore, nextLoaded) {
      if (nextStore === store && nextLoaded === loaded) return
      store = nextStore
      loaded = nextLoaded
      reader = createTimelineReader()
      cursor = undefined
      moment = undefined
    },
    read(milliseconds, clock) {
      const log = logNow()
      if (!log) return { grew: false, more: false }
      const { next } = reader.timeline
      const until = clock() + milliseconds
      let more = reader.read(log, SLICE)
      while (more && clock() < until) more = reader.read(log, SLICE)
      const { first } = reader.timeline
      // The log has dropped the event at the cursor; the oldest remaining one is nearest.
      if (cursor !== undefined && cursor < first) cursor = first
      return { grew: reader.timeline.next !== next, more }
    },
    select(index) {
      const { first, next } = reader.timeline
      cursor = index === undefined || next === first ? undefined : Math.min(Math.max(index, first), next - 1)
    },
  }
}
