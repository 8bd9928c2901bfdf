import type { Conversation, Tick } from '@streamfold/core'

/** Where time comes from; a test gives its own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` once, after `ms` milliseconds. @returns the way to call it off. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** @param signal ends it early; a signal may live for long, so nothing is left on it afterwards. */
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

/** Longer than a page that is hidden waits for its next tick, at most once a minute: whoever was away for longer has slept. */
const ASLEEP = 75_000

/** What a conversation is to know of time now. */
export function tickOf(clock: Clock, { context }: Conversation): Tick {
  const now = clock.now()
  const awoke = context.now > 0 && now - context.now > ASLEEP
  return { type: 'tick', now, ...(awoke && { awoke }) }
}

/** The clock that `read` gives, but where that is set back, this one goes on: a conversation's time only goes forward, and would stand still. */
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

/** Runs `run` once a second. @returns the way to stop. */
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
