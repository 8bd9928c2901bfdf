import { guarded } from './guarded.ts'

/** Time as the server sees it; a test may pass its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `task` once after `ms`; the result cancels it. */
  after(ms: number, task: () => void): () => void
}

/** The longest time a timer of Node takes; a longer one would end after a millisecond. */
const MAX_TIMER = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    let left = ms
    let timer: NodeJS.Timeout
    const wait = (): void => {
      const step = Math.min(left, MAX_TIMER)
      left -= step
      timer = setTimeout(left > 0 ? wait : task, step)
      // Only sockets keep the process alive; a timer of a closed server must not.
      timer.unref()
    }
    wait()
    return () => clearTimeout(timer)
  },
}

/** The same time, whose tasks report what they throw: input starts most of them, and a throw in a timer would end the process. */
export function guardedClock(clock: Clock, report: (error: unknown) => void): Clock {
  return { now: () => clock.now(), after: (ms, task) => clock.after(ms, guarded(report, task)) }
}
