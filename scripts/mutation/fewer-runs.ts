/** How often each law runs. */
export interface Runs {
  /** Of the runs that the law has in `pnpm test`. */
  readonly share: number
  readonly seed: number
}

/** What the module of `fewerRunsOf` reads, and counts: it has no other way to this process's code. */
export const runs: Runs & { readonly laws: number } = ((globalThis as { mutationRuns?: Runs & { laws: number } }).mutationRuns ??=
  {
    share: 1,
    seed: 1,
    laws: 0,
  })

/** A module in the place of fast-check, whose laws run as `runs` says. Any failure kills a mutant, so none is made smaller. @param real its address */
export function fewerRunsOf(real: string): string {
  return `
    import * as fc from '${real}'
    export * from '${real}'
    export function assert(property, { numRuns = 100, ...options } = {}) {
      const runs = globalThis.mutationRuns
      runs.laws++
      return fc.assert(property, { seed: runs.seed, ...options, endOnFailure: true, numRuns: Math.max(5, Math.ceil(numRuns * runs.share)) })
    }
  `
}
