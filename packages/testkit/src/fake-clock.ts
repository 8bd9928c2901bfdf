/** A clock that moves only through `advance`. It fits every `clock` option of Streamfold. */
export interface FakeClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` after `milliseconds`. @returns cancels it */
  after(milliseconds: number, run: () => void): () => void
  /** Lets time pass: runs all timers that fall due, in order, also those that they start. */
  advance(milliseconds: number): void
}

/** @param start the time at first, in milliseconds since the epoch. Default: a day in November 2023 */
export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let now = start
  let planned: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(milliseconds, run) {
      const plan = { at: now + milliseconds, run }
      planned.push(plan)
      return () => void (planned = planned.filter((other) => other !== plan))
    },
    advance(milliseconds) {
      const end = now + milliseconds
      for (let next = earliest(planned, end); next; next = earliest(planned, end)) {
        const due = next
        planned = planned.filter((other) => other !== due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = end
    },
  }
}

function earliest<Plan extends { at: number }>(planned: readonly Plan[], end: number): Plan | undefined {
  // Of equal times, the first planned runs first.
  return planned
    .filter(({ at }) => at <= end)
    .reduce<Plan | undefined>((first, plan) => (!first || plan.at < first.at ? plan : first), undefined)
}
