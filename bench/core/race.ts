/** Does the work once, however much that is. */
type Run = () => unknown

/** Work that needs something new each time. */
interface Prepared {
  prepare(): Run | Promise<Run>
}

type Competitor = Run | Prepared

export interface RaceOptions {
  /** Operations that one run does; the result is per operation. */
  readonly operations: number
  /** Default 21. */
  readonly rounds?: number
  /** Least time a competitor has in each round, in milliseconds: the clock of a thread goes in steps of some two. Default 30. */
  readonly atLeast?: number
}

/**
 * Nanoseconds per operation of each competitor: the median of rounds in which all take turns, so that a machine that slows
 * down slows all. Counted is the time that the thread had a processor, garbage collection in it and other programs not. Rounds begin with an empty young generation. The first round, not counted, warms up.
 */
export async function race<Name extends string>(
  competitors: Readonly<Record<Name, Competitor>>,
  { operations, rounds = 21, atLeast = 30 }: RaceOptions,
): Promise<Record<Name, number>> {
  const names = Object.keys(competitors) as Name[] // The record is declared with exactly these keys.
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length]!
      const time = await timed(competitors[name], round === 0 ? 10 * atLeast : atLeast)
      if (round > 0) times.get(name)!.push(time / operations)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Name, number> // One for each name.
}

/** Nanoseconds that one run takes, of as many as fit; what is prepared for each is not counted. */
async function timed(competitor: Competitor, atLeast: number): Promise<number> {
  // Not a full collection: V8 would forget the shapes of which no object is left (events, most of all), and with them the
  // code it had optimised.
  globalThis.gc?.({ type: 'minor' })
  const run = typeof competitor === 'function' ? competitor : undefined
  let runs = 0
  let elapsed = 0
  while (elapsed < atLeast) {
    const next = run ?? (await (competitor as Prepared).prepare()) // The other of the two.
    const start = cpuTime()
    const pending = next()
    if (pending instanceof Promise) await pending
    elapsed += cpuTime() - start
    runs++
  }
  return (elapsed * 1e6) / runs
}

/** Milliseconds that this thread has computed. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** @throws without `--expose-gc`. */
export function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('unable to measure; node was started without --expose-gc: run pnpm bench core')
  globalThis.gc()
}
