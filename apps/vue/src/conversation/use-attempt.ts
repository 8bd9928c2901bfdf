import { shallowRef } from 'vue'

/** Runs a user's action and keeps its error until the next one. */
export function useAttempt() {
  const problem = shallowRef('')
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    problem.value = ''
    try {
      await work()
      return true
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
      return false
    }
  }
  return { problem, attempt }
}
