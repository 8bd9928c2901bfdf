import type { ResponseWriter } from '@streamfold/core/transport'
import type { Settings } from './options.ts'
import type { Pace } from './rate-limiter.ts'

/** Lets waiting text out. */
export interface AppendScheduler {
  /** Something has changed: text has come, or an append was answered. Lets out what may go, now or when it is time. */
  look(): void
  /** An append goes out, let out or not. */
  sent(): void
  /** When the last append went out, in milliseconds. */
  readonly sentAt: number
  /** An operation that nobody let out goes out all the same: others wait for it. */
  count(): void
  /** Whether the connection, not the service's answers, holds text back: it should go in few and large appends. */
  readonly slowed: boolean
  /** Calls `then`, which sends what is left, in its turn; nothing is let out any more. */
  close(then: () => void): void
}

export interface OutletOptions {
  readonly writer: Pick<ResponseWriter, 'maxRate' | 'rollup'>
  readonly settings: Settings
  readonly pace: Pace
  /** UTF-16 code units that wait; 0 where nothing may go out. */
  readonly waiting: () => number
  /** Appends that are not answered. */
  readonly inFlight: () => number
  readonly send: () => void
}

/**
 * Text goes out at once while fewer than `window` appends are unanswered; otherwise when one is answered, `interval` after the last
 * append, or when `size` waits, whichever is first. Then it waits for its turn on the connection.
 */
export function createAppendScheduler({ writer, settings, pace, waiting, inFlight, send }: OutletOptions): AppendScheduler {
  const { batch, clock, maxInFlight } = settings
  let sentAt = -Infinity
  let cancel: (() => void) | undefined
  /** Its turn is taken: until it comes nothing else is waited for. */
  let queued = false
  let closing: (() => void) | undefined

  // A rate counts what the service makes of appends that it merges.
  const rate = (): number => batch.rate ?? (writer.rollup ? Infinity : (writer.maxRate ?? Infinity))
  // Where the service merges, to wait here is to wait twice; a few appends for each of its windows stay below `maxInFlight`.
  const behind = (): number => (writer.rollup ? Math.min(batch.interval, writer.rollup / 20) : batch.interval)

  /** Milliseconds for which text still waits, for an answer or for a pause to end. */
  function held(now: number): number {
    const free = inFlight() < batch.window || waiting() >= batch.size
    const pause = pace.interval > 0 ? Math.max(pace.interval, behind()) : free ? 0 : behind()
    // A clock that was set back must not hold us.
    return now < sentAt ? 0 : sentAt + pause - now
  }

  function wait(ms: number, then: () => void): void {
    // Longer waits than a timer can take are none: an answer ends them.
    if (ms >= 2 ** 31) return
    cancel = clock.after(ms, () => {
      cancel = undefined
      then()
    })
  }

  function look(): void {
    if (queued || closing) return
    cancel?.()
    if (waiting() === 0 || inFlight() >= maxInFlight) return
    const ms = held(clock.now())
    if (ms > 0) return wait(ms, look)
    takeTurn()
  }

  function takeTurn(): void {
    const now = clock.now()
    const turn = pace.turn(now, rate())
    if (turn <= now) return go()
    queued = true
    wait(turn - now, () => {
      queued = false
      go()
    })
  }

  function go(): void {
    if (closing) closing()
    else if (waiting() > 0) send()
  }

  return {
    look,
    close(then) {
      closing = then
      if (queued) return
      cancel?.()
      takeTurn()
    },
    sent: () => void (sentAt = clock.now()),
    get sentAt() {
      return sentAt
    },
    count: () => void pace.turn(clock.now(), rate()),
    get slowed() {
      return queued || pace.interval > 0
    },
  }
}
