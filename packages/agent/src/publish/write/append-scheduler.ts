import type { ResponseWriter } from '@streamfold/core/transport'
import type { Settings } from '../options/options.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** Decides when waiting text goes out. */
export interface AppendScheduler {
  /** Text has come, or an append was answered. Sends what may go, now or when it is time. */
  look(): void
  /** Counts an append that goes out unscheduled because others wait for it. */
  count(): void
  /** Calls `then`, which sends another operation, in its turn on the connection: at once, where that is now. */
  inTurn(then: () => void): void
  /** Whether something else on the connection has its turn before this response. */
  readonly isBusy: boolean
  /** Whether the connection, not the service's answers, holds text back: it should go in few and large appends. */
  readonly slowed: boolean
  /** Calls `then`, which sends what is left, in its turn; nothing is sent by itself any more. */
  close(then: () => void): void
}

export interface AppendSchedulerOptions {
  readonly writer: Pick<ResponseWriter, 'maxRate' | 'rollup'>
  readonly settings: Settings
  readonly limiter: RateLimiter
  /** UTF-16 code units that wait; 0 where nothing may go out. */
  readonly waiting: () => number
  /** Appends that are not answered. */
  readonly inFlight: () => number
  /** When the last append went out, in milliseconds. */
  readonly sentAt: () => number
  readonly send: () => void
}

/**
 * Text goes out at once while fewer than `window` appends are unanswered; otherwise when one is answered, when it has lingered for
 * `interval` since the last append, or when `size` waits, whichever is first. Then it waits for its turn on the connection.
 */
export function createAppendScheduler(options: AppendSchedulerOptions): AppendScheduler {
  const { writer, settings, limiter, waiting, inFlight, sentAt, send } = options
  const { batch, clock, maxInFlight } = settings
  /** What is waited for. A turn on the connection is not given back, so nothing else is waited for until it comes. */
  let timer: { readonly turn: boolean; readonly cancel: () => void } | undefined
  let closing: (() => void) | undefined

  // A rate counts what the service makes of appends that it merges.
  const rate = (): number => batch.rate ?? (writer.rollup ? Infinity : (writer.maxRate ?? Infinity))
  // Where the service merges, a long linger here waits twice; a few appends for each of its windows stay below `maxInFlight`.
  const linger = (): number => (writer.rollup ? Math.min(batch.interval, writer.rollup / 20) : batch.interval)

  /** Milliseconds for which text still waits, for an answer or for a pause to end. */
  function lingerLeft(now: number): number {
    const free = inFlight() < batch.window || waiting() >= batch.size
    const pause = limiter.interval > 0 ? Math.max(limiter.interval, linger()) : free ? 0 : linger()
    // A clock that was set back must not hold text.
    return now < sentAt() ? 0 : sentAt() + pause - now
  }

  function wait(ms: number, turn: boolean, then: () => void): void {
    // Longer waits than a timer can take are none: an answer ends them.
    if (ms >= 2 ** 31) return
    const cancel = clock.after(ms, () => {
      timer = undefined
      then()
    })
    timer = { turn, cancel }
  }

  function look(): void {
    if (timer?.turn || closing) return
    timer?.cancel()
    timer = undefined
    if (waiting() === 0 || inFlight() >= maxInFlight) return
    const ms = lingerLeft(clock.now())
    if (ms > 0) return wait(ms, false, look)
    takeTurn()
  }

  function takeTurn(): void {
    const now = clock.now()
    const turn = limiter.reserve(now, rate())
    if (turn <= now) return go()
    wait(turn - now, true, go)
  }

  function go(): void {
    if (closing) closing()
    else if (waiting() > 0) send()
  }

  return {
    look,
    close(then) {
      closing = then
      if (timer?.turn) return
      timer?.cancel()
      timer = undefined
      takeTurn()
    },
    count: () => void limiter.reserve(clock.now(), rate()),
    inTurn(then) {
      const now = clock.now()
      const turn = limiter.reserve(now, rate())
      if (turn <= now) then()
      else clock.after(turn - now, then)
    },
    get isBusy() {
      return !limiter.isFree(clock.now(), rate())
    },
    get slowed() {
      return timer?.turn === true || limiter.interval > 0
    },
  }
}
