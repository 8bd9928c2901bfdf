/** A clock that moves only when told to. Fits wherever a Streamfold package takes a `clock`. */
export interface FakeClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` when `milliseconds` have passed. @returns the way to call it off. */
  after(milliseconds: number, run: () => void): () => void
  /** Lets time pass: runs what falls due, in order, also what that plans in turn. */
  advance(milliseconds: number): void
}

/** @param start milliseconds since the epoch at which it stands. Default: a day in November 2023. */
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
  // The first of equals: what was planned first runs first.
  return planned
    .filter(({ at }) => at <= end)
    .reduce<Plan | undefined>((first, plan) => (!first || plan.at < first.at ? plan : first), undefined)
}
