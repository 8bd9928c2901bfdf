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
