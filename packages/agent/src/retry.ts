import { sleep } from './clock.ts'
import type { Settings } from './options.ts'

/** The pause after `failures` failures in a row, in milliseconds. */
export function pauseAfter(failures: number, { repair }: Settings): number {
  return Math.min(repair.longest, repair.pause * 2 ** (failures - 1))
}

/** Runs an operation that may be repeated until it succeeds; rejects with its last error when the retries are used up. */
export async function retry<T>(operation: () => Promise<T>, settings: Settings): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await operation()
    } catch (error) {
      if (failures > settings.repair.retries) throw error
      await sleep(settings.clock, pauseAfter(failures, settings))
    }
  }
}
