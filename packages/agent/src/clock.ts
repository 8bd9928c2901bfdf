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

/** @param signal ends it early, and leaves no timer behind */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const cancel = clock.after(ms, end)
    function end(): void {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    signal?.addEventListener('abort', end)
  })
}
