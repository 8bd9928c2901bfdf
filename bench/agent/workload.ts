/** The workload of every contender: tokens of eight bytes at a rate, for some seconds. */
export interface Workload {
  /** Tokens a second, of each response. */
  readonly rate: number
  readonly seconds: number
  /** Responses at once, each on its own channel. */
  readonly responses: number
  /** Whether tokens may be lost: then the number of arrived tokens is the result. Default false. */
  readonly mayLose?: boolean
}

/** Notes when each token left its source, and how long it was until a subscriber had folded it. */
export interface Meter {
  source(): AsyncGenerator<string>
  /** A subscriber's fold now holds `length` characters. */
  holds(length: number): void
  /** Resolves when all tokens are there; when they are not after a while it rejects, unless they may be lost. */
  readonly done: Promise<void>
  readonly latencies: readonly number[]
}

const TOKEN = 8

/** @param nth the response's number: responses take turns and do not send at the same moment */
export function createMeter({ rate, seconds, responses, mayLose }: Workload, nth: number): Meter {
  const count = Math.round(rate * seconds)
  const left: number[] = []
  const latencies: number[] = []
  let finish!: () => void
  let fail!: (error: Error) => void
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  const tooLate = (): void => (mayLose ? finish() : fail(new Error(`only ${latencies.length} of ${count} tokens came`)))
  const late = setTimeout(tooLate, seconds * 1000 + (mayLose ? 5_000 : 20_000))
  return {
    latencies,
    done,
    async *source() {
      const begin = performance.now() + (1000 * nth) / responses / rate
      for (let n = 0; n < count; n++) {
        const wait = begin + (n * 1000) / rate - performance.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        left.push(performance.now())
        yield ` ${String(n).padStart(TOKEN - 1, 'w')}`
      }
    },
    holds(length) {
      const now = performance.now()
      while (latencies.length < length / TOKEN && latencies.length < count) latencies.push(now - left[latencies.length]!)
      if (latencies.length < count) return
      clearTimeout(late)
      finish()
    },
  }
}

export interface Contender {
  readonly name: string
  /** Carries the workload; resolves with a meter for each response when all of it has arrived. */
  run(workload: Workload, port: number): Promise<readonly Meter[]>
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
