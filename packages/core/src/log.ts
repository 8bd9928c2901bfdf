import type { Conversation } from './conversation.ts'
import { emptyConversation } from './conversation.ts'
import type { ConversationEvent } from './event.ts'
import { reduce } from './reduce.ts'

/** What happened to a conversation: where it began, and every event since, in order. */
export interface Log {
  /** The conversation before the first of `events`. */
  readonly start: Conversation
  readonly events: readonly ConversationEvent[]
}

export interface LogOptions {
  /**
   * Events kept at most; older ones are folded into `start`, a tenth of the limit at a time. Default: no limit.
   */
  readonly limit?: number
}

/** A log that grows. */
export interface Recorder {
  readonly log: Log
  record(event: ConversationEvent): void
}

export function createRecorder(start: Conversation, { limit = Infinity }: LogOptions = {}): Recorder {
  let log: { start: Conversation; events: ConversationEvent[] } = { start, events: [] }
  const spare = Math.max(1, Math.floor(limit / 10))
  return {
    get log() {
      return log
    },
    record(event) {
      if (log.events.length >= limit) {
        // A new value: whoever holds the log of before keeps it whole.
        const { start, events } = log
        log = { start: events.slice(0, spare).reduce(reduce, start), events: events.slice(spare) }
      }
      log.events.push(event)
    },
  }
}

/**
 * Folds a log, or a list of events from an empty conversation.
 * @param until fold only the first `until` events. Default: all.
 */
export function replay(log: Log | readonly ConversationEvent[], { until = Infinity }: { until?: number } = {}): Conversation {
  const { start, events } = isEvents(log) ? { start: emptyConversation(), events: log } : log
  let state = start
  for (let i = 0; i < Math.min(until, events.length); i++) state = reduce(state, events[i]!)
  return state
}

function isEvents(log: Log | readonly ConversationEvent[]): log is readonly ConversationEvent[] {
  return Array.isArray(log)
}
