import type { Conversation, Tick } from '@streamfold/core'

/** The source of time; tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` once, after `ms` milliseconds. @returns cancels it */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms` milliseconds. @param signal ends it early; no listener stays on it, because it may live long */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}

/** Longer than the longest pause between ticks of a hidden page (one minute): after a longer pause the machine has slept. */
const ASLEEP = 75_000

/** The tick to dispatch now. */
export function tickOf(clock: Clock, { context }: Conversation): Tick {
  const now = clock.now()
  const awoke = context.now > 0 && now - context.now > ASLEEP
  return { type: 'tick', now, ...(awoke && { awoke }) }
}

/** The clock of `read`, except that it never goes back: with a clock that is set back, a conversation's time would stand still. */
export function onward(read: () => Clock): Clock {
  let last = -Infinity
  let ahead = 0
  return {
    now() {
      const at = read().now()
      if (at < last) ahead += last - at
      last = at
      return at + ahead
    },
    after: (ms, run) => read().after(ms, run),
  }
}

/** Runs `run` once a second. @returns stops it */
export function everySecond(clock: Clock, run: () => void): () => void {
  let cancel: (() => void) | undefined
  const plan = () => {
    cancel = clock.after(1_000, () => {
      plan()
      run()
    })
  }
  plan()
  return () => cancel?.()
}
