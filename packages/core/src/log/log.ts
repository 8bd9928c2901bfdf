import type { Conversation } from '../fold/conversation.ts'
import { conversationProblem } from '../fold/conversation-problem.ts'
import { emptyConversation } from '../fold/conversation.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import { reduce } from '../fold/reduce.ts'

/** How an event reached the store, if the dispatcher recorded it. Replay does not use it. */
export interface Arrival {
  /** Local time at which the event was folded, in milliseconds since the epoch. */
  readonly at: number
  /** The delivered message that the event was parsed from. */
  readonly raw?: unknown
}

/** The history of a conversation: its start, and every event since, in order. */
export interface Log {
  /** The conversation before the first of `events`. */
  readonly start: Conversation
  readonly events: readonly ConversationEvent[]
  /** How each of `events` arrived, by the same index; absent if nothing was recorded. */
  readonly arrivals?: readonly (Arrival | undefined)[]
  /** Events before the first of `events`, which the limit has folded into `start`. Default 0. */
  readonly folded?: number
}

/** How much of a store's log to keep. */
export interface LogOptions {
  /**
   * Events kept at most; older ones are folded into `start`, a tenth of the limit at a time. Default: no limit.
   */
  readonly limit?: number
  /** Also keeps the delivered message of each event, if the dispatcher passes it. Default false: only the time of arrival. */
  readonly raw?: boolean
}

/** A log that grows. */
export interface Recorder {
  readonly log: Log
  record(event: ConversationEvent, arrival?: Arrival): void
}

interface Kept {
  readonly start: Conversation
  readonly events: ConversationEvent[]
  readonly arrivals: (Arrival | undefined)[]
  readonly folded: number
}

/** Creates the log of a store, which grows with each event. */
export function createRecorder(start: Conversation, { limit = Infinity, raw = false }: LogOptions = {}): Recorder {
  let log: Kept = { start, events: [], arrivals: [], folded: 0 }
  const spare = Math.max(1, Math.floor(limit / 10))
  return {
    get log() {
      return log
    },
    record(event, arrival) {
      if (log.events.length >= limit) {
        // A new object, so a caller that holds the earlier log keeps it unchanged.
        const { start, events, arrivals, folded } = log
        log = {
          start: events.slice(0, spare).reduce(reduce, start),
          events: events.slice(spare),
          arrivals: arrivals.slice(spare),
          folded: folded + Math.min(spare, events.length),
        }
      }
      log.events.push(event)
      log.arrivals.push(raw || !arrival ? arrival : { at: arrival.at })
    },
  }
}

/**
 * Folds a log, or a list of events from an empty conversation.
 * @param until fold only the first `until` events. Default: all.
 */
export function replay(log: Log | readonly ConversationEvent[], { until = Infinity }: { until?: number } = {}): Conversation {
  const { start, events } = isEvents(log) ? { start: emptyConversation(), events: log } : checkLog(log, 'replay')
  let state = start
  for (let i = 0; i < Math.min(until, events.length); i++) state = reduce(state, events[i]!)
  return state
}

/** Checks that a value is a log. @throws TypeError that says what to pass instead. */
export function checkLog(log: unknown, to: string): Log {
  if (typeof log === 'string') throw new TypeError(`unable to ${to} the log; it is text: give importLog(text)`)
  if (typeof log !== 'object' || log === null || !('events' in log) || !Array.isArray(log.events) || !('start' in log))
    throw new TypeError(`unable to ${to} the log; it is not one: give store.log of a store that keeps it, or importLog(text)`)
  const problem = conversationProblem(log.start)
  if (problem !== undefined) throw new TypeError(`unable to ${to} the log; its start is not a conversation: ${problem}`)
  return log as Log // Checked above.
}

function isEvents(log: Log | readonly ConversationEvent[]): log is readonly ConversationEvent[] {
  return Array.isArray(log)
}
