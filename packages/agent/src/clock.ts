/** The only way time reaches this package; tests put a fake in its place. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `then` after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
