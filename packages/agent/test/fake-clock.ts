import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../src/clock.ts'

export interface FakeClock extends Clock {
  /** Lets time pass up to `until` milliseconds, each timer at its moment, everything it sets off before the next. */
  run(until: number): Promise<void>
  /** How many timers wait. */
  pending(): number
}

export function fakeClock(): FakeClock {
  let now = 0
  let order = 0
  let timers: { at: number; order: number; ring: () => void }[] = []
  return {
    now: () => now,
    pending: () => timers.length,
    after(ms, then) {
      const timer = { at: now + Math.max(0, ms), order: order++, ring: then }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    async run(until) {
      for (;;) {
        await setImmediate() // every promise reaction that is due has run
        const next = timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
        if (!next || next.at > until) break
        timers = timers.filter((timer) => timer !== next)
        now = next.at
        next.ring()
      }
      now = Math.max(now, until)
    },
  }
}
