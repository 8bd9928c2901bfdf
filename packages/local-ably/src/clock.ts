/** Time as the server sees it; a test may pass its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `task` once after `ms`; the result cancels it. */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    // Only sockets keep the process alive; a timer of a closed server must not.
    timer.unref()
    return () => clearTimeout(timer)
  },
}
