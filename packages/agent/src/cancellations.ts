import type { Clock } from './clock.ts'

/** Brings cancels to the responses they name, in whichever order the two come. */
export interface Cancellations {
  /** A user wants `target`, a prompt or a response, stopped. */
  cancel(target: string): void
  /** Calls `stop` when `target` is cancelled; at once when it was shortly before. Returns the way to stop watching. */
  watch(target: string, stop: () => void): () => void
}

/** A cancel waits this long, in milliseconds, for what it cancels: a stop pressed before the agent has begun. */
const PATIENCE = 60_000
const REMEMBERED = 1_000

export function createCancellations(clock: Clock): Cancellations {
  const watchers = new Map<string, () => void>()
  const early = new Map<string, number>()
  const done = new Set<string>()
  return {
    cancel(target) {
      const stop = watchers.get(target)
      if (stop) stop()
      // Stop was pressed as the response ended: it must not kill a later retry.
      else if (!done.has(target)) remember(early, target, clock.now())
    },
    watch(target, stop) {
      const at = early.get(target)
      early.delete(target)
      done.delete(target)
      watchers.set(target, stop)
      if (at !== undefined && clock.now() - at <= PATIENCE) stop()
      return () => {
        watchers.delete(target)
        done.add(target)
        if (done.size > REMEMBERED) done.delete(first(done))
      }
    },
  }
}

function remember(early: Map<string, number>, target: string, at: number): void {
  early.set(target, at)
  if (early.size > REMEMBERED) early.delete(first(early.keys()))
}

function first(values: Iterable<string>): string {
  for (const value of values) return value
  return ''
}
