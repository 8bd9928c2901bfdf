import type { Clock } from '@streamfold/core/transport'

export type { Clock }

/** The only use of the system's time in this package; tests pass a fake clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
