import type { Clock } from './clock.ts'

/** Brings cancels to the responses they name, in whichever order the two come. */
export interface Cancellations {
  /** A user wants `target`, a prompt or a response, stopped; `at` by the service's clock. */
  cancel(target: string, at: number): void
  /** Calls `stop` when `target` is cancelled; at once when it was shortly before. Returns the way to stop watching. */
  watch(target: string, stop: (at: number) => void): () => void
}

/** A cancel waits this long, in milliseconds, for what it cancels: a stop pressed before the agent has begun. */
const PATIENCE = 60_000
const REMEMBERED = 1_000

export function createCancellations(clock: Clock): Cancellations {
  const watchers = new Map<string, (at: number) => void>()
  const early = new Map<string, { readonly at: number; readonly heard: number }>()
  const done = new Set<string>()
  return {
    cancel(target, at) {
      const stop = watchers.get(target)
      if (stop) stop(at)
      // Stop was pressed as the response ended: it must not kill a later retry.
      else if (!done.has(target)) {
        early.set(target, { at, heard: clock.now() })
        if (early.size > REMEMBERED) early.delete(first(early.keys()))
      }
    },
    watch(target, stop) {
      const cancelled = early.get(target)
      early.delete(target)
      done.delete(target)
      watchers.set(target, stop)
      if (cancelled && clock.now() - cancelled.heard <= PATIENCE) stop(cancelled.at)
      return () => {
        watchers.delete(target)
        done.add(target)
        if (done.size > REMEMBERED) done.delete(first(done))
      }
    },
  }
}

function first(values: Iterable<string>): string {
  for (const value of values) return value
  return ''
}
