import type { Settings } from './options.ts'

/** The pause after `failures` failures in a row, in milliseconds. */
export function pauseAfter(failures: number, { repair }: Settings): number {
  return Math.min(repair.longest, repair.pause * 2 ** (failures - 1))
}
