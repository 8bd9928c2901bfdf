import { useCallback, useState } from 'react'

/** Runs a user's action and keeps its error until the next one. */
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
