/** Runs a user's action and keeps its error until the next one. */
export function createAttempt() {
  let problem = $state('')
  return {
    get problem() {
      return problem
    },
    async run(work: () => Promise<void>): Promise<boolean> {
      problem = ''
      try {
        await work()
        return true
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
        return false
      }
    },
  }
}

/** Runs a user's action. Resolves with whether it succeeded. */
export type Run = ReturnType<typeof createAttempt>['run']
