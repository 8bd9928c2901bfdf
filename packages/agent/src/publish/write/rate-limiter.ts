import type { ResponseWriter } from '@streamfold/core/transport'
import type { BatchOptions } from '../options/options.ts'

/** How quickly appends may follow each other, by what the service has answered on the connection. Times are in milliseconds. */
export interface RateLimiter {
  /** From one append of a response to its next; 0 unless the service has asked for less. */
  readonly interval: number
  /** An append that went out at `sentAt` was answered. @param error undefined when it was accepted */
  answered(sentAt: number, now: number, error: unknown, batch: BatchOptions): void
  /** Reserves the next of the `rate` messages a second that all share, and returns its time. */
  reserve(now: number, rate: number): number
  /** Whether the next of them is now. */
  isFree(now: number, rate: number): boolean
}

const onConnections = new WeakMap<object, RateLimiter>()

/** The limiter of a writer: the one that all writers of its connection share, and one for the limits of its channel. */
export function rateLimiterOf(writer: ResponseWriter): RateLimiter {
  const connection = writer.connection ?? writer
  let shared = onConnections.get(connection)
  if (!shared) onConnections.set(connection, (shared = createRateLimiter((code) => isRate(code) && !isOfChannel(code))))
  return joined(shared, createRateLimiter(isOfChannel))
}

/** Intervals without a rejection after which the interval shrinks. */
const CALM = 3
/** The share of a rate that is for bursts; what is left is used steadily, so that no second holds more than the rate. */
const BURST = 0.2

/**
 * Doubles the interval when an append is rejected for its rate, and takes two fifths off after some calm. Of the many that were on
 * the wire when the limit was reached only the first counts: all of them were sent at the old rate.
 */
export function createRateLimiter(isTooFast: (code: number) => boolean = isRate): RateLimiter {
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
    reserve(now, rate) {
      if (rate === Infinity) return now
      if (now < asked) next -= asked - now
      asked = now
      const at = Math.max(now, next - burstOf(rate))
      next = Math.max(now, next) + spacing(rate)
      return at
    },
    isFree: (now, rate) => rate === Infinity || next - Math.max(0, asked - now) - burstOf(rate) <= now,
  }
}

function joined(shared: RateLimiter, own: RateLimiter): RateLimiter {
  return {
    get interval() {
      return Math.max(shared.interval, own.interval)
    },
    answered(...how) {
      shared.answered(...how)
      own.answered(...how)
    },
    reserve: shared.reserve,
    isFree: shared.isFree,
  }
}

/** Milliseconds from one message to the next, where the rate is used steadily. */
function spacing(rate: number): number {
  return 1000 / (rate * (1 - BURST))
}

/** For how many milliseconds in advance messages may go out. */
function burstOf(rate: number): number {
  return Math.max(0, (rate * BURST - 1) * spacing(rate))
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
