import { useCallback, useState } from 'react'

/** Runs what a user asked for and keeps why it was refused until the next attempt. */
export function useAttempt() {
  const [problem, setProblem] = useState('')
  const attempt = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    setProblem('')
    try {
      await work()
      return true
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      return false
    }
  }, [])
  return { problem, attempt }
}
