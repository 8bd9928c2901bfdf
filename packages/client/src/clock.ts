import type { Conversation, Tick } from '@streamfold/core'
import type { Clock } from '@streamfold/core/transport'

export type { Clock }

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
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
