import { shallowRef } from 'vue'

/** Runs what a user asked for and keeps why it was refused until the next attempt. */
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
