import type { ResponseWriter } from '@streamfold/core/transport'
import type { BatchOptions } from './options.ts'

/** How quickly appends may follow each other, by what the service has said to whoever shares this. Times are in milliseconds. */
export interface Pace {
  /** From one append of a response to its next; 0 unless the service has asked for less. */
  readonly interval: number
  /** An append that went out at `sentAt` was answered. @param error undefined when it was accepted */
  answered(sentAt: number, now: number, error: unknown, batch: BatchOptions): void
  /** Takes a turn of the `rate` messages a second that all share: when it comes. */
  turn(now: number, rate: number): number
}

const onConnections = new WeakMap<object, Pace>()

/**
 * The pace of a writer: that of its connection, which all who write on it share, and, by what the service says of its channel,
 * that of one response.
 */
export function paceOf(writer: ResponseWriter): Pace {
  const connection = writer.connection ?? writer
  let shared = onConnections.get(connection)
  if (!shared) onConnections.set(connection, (shared = createPace((code) => isRate(code) && !isOfChannel(code))))
  return joined(shared, createPace(isOfChannel))
}

/** Intervals without a rejection after which the pace quickens. */
const CALM = 3
/** The share of a rate that is for bursts; what is left is used steadily, so that no second holds more than the rate. */
const BURST = 0.2

/**
 * Doubles the interval when an append is rejected for its rate, and takes two fifths off after some calm. Of the many that were on
 * the wire when the limit was reached only the first counts: all of them were sent at the old pace.
 */
export function createPace(isTooFast: (code: number) => boolean = isRate): Pace {
  let interval = 0
  let changedAt = -Infinity
  let next = -Infinity
  let asked = -Infinity
  return {
    get interval() {
      return interval
    },
    answered(sentAt, now, error, { interval: base, longest }) {
      const shortest = Math.max(base, 10)
      changedAt = Math.min(changedAt, now) // A clock may be set back, here and below.
      if (error !== undefined && isTooFast(codeOf(error))) {
        if (sentAt <= changedAt) return
        interval = Math.max(base, Math.min(longest, Math.max(interval, shortest) * 2))
        changedAt = now
      } else if (error === undefined && interval > 0 && now - changedAt >= CALM * interval) {
        interval = interval * 0.6 > shortest ? interval * 0.6 : 0
        changedAt = now
      }
    },
    turn(now, rate) {
      if (rate === Infinity) return now
      if (now < asked) next -= asked - now
      asked = now
      const each = 1000 / (rate * (1 - BURST))
      const burst = Math.max(0, (rate * BURST - 1) * each)
      const at = Math.max(now, next - burst)
      next = Math.max(now, next) + each
      return at
    },
  }
}

function joined(shared: Pace, own: Pace): Pace {
  return {
    get interval() {
      return Math.max(shared.interval, own.interval)
    },
    answered(...how) {
      shared.answered(...how)
      own.answered(...how)
    },
    turn: shared.turn,
  }
}

/** Ably's codes for rates of messages, bytes and connections that are exceeded (wire protocol §13). */
function isRate(code: number): boolean {
  return code >= 42910 && code <= 42922
}

/** A channel's rates of messages and bytes. */
function isOfChannel(code: number): boolean {
  return code === 42913 || code === 42914
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : NaN
}
