import type { BatchOptions } from './options.ts'

/** How often appends may go out: as often as asked for, and less often where the service says that it is too fast. */
export interface Pace {
  /** Milliseconds from one append to the next. */
  readonly interval: number
  /** Whether the service has asked for less. */
  readonly slowed: boolean
  /** Operation number `call`, of `calls` so far, was answered. @param error undefined when it was accepted */
  answered(call: number, calls: number, error: unknown): void
}

/** Accepted appends in a row after which the pace quickens. */
const CALM = 3

/**
 * Doubles the interval when an append is rejected for its rate, and takes two fifths off after some that are accepted. Of the many
 * that were on the wire when the limit was reached only the first counts: all of them were sent at the old pace.
 */
export function createPace({ interval: base, longest }: BatchOptions): Pace {
  let interval = base
  let changedAt = 0
  let calm = 0
  return {
    get interval() {
      return interval
    },
    get slowed() {
      return interval > base
    },
    answered(call, calls, error) {
      if (call <= changedAt) return
      if (isTooFast(error)) {
        interval = Math.max(base, Math.min(longest, Math.max(interval, 10) * 2))
        changedAt = calls
        calm = 0
      } else if (error === undefined && interval > base && ++calm >= CALM) {
        calm = 0
        interval = interval * 0.6 > Math.max(base, 10) ? interval * 0.6 : base
      }
    },
  }
}

/** Ably's codes for rates of messages, bytes and connections that are exceeded (wire protocol §13). */
function isTooFast(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : NaN
  return code >= 42910 && code <= 42922
}
