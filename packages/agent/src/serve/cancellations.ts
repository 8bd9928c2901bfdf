import type { Clock } from '../clock.ts'

/** Somebody wants an answer stopped. */
export interface CancelRequest {
  /** The client id that the service stamped; undefined for a client without one. */
  readonly by: string | undefined
  /** By the service's clock. */
  readonly at: number
}

/** Brings cancels to the responses they name, in whichever order the two come. */
export interface Cancellations {
  /** `target`, a prompt or a response, is to be stopped. */
  cancel(target: string, request: CancelRequest): void
  /** Calls `heard` for each cancel of `target`; at once for those that came shortly before. Returns the way to stop watching. */
  watch(target: string, heard: (request: CancelRequest) => void): () => void
}

/** A cancel waits this long, in milliseconds, for what it cancels: a stop pressed before the agent has begun. */
const PATIENCE = 60_000
/** Cancels of one client that wait. Each has room of its own, so that nobody’s cancels push out those of others. */
const WAITING = 50
const REMEMBERED = 1_000

interface Early {
  readonly at: number
  readonly heard: number
}

export function createCancellations(clock: Clock): Cancellations {
  const watchers = new Map<string, (request: CancelRequest) => void>()
  const early = new Map<string | undefined, Map<string, Early>>()
  const done = new Set<string>()

  function keep(target: string, { by, at }: CancelRequest): void {
    const own = early.get(by) ?? new Map<string, Early>()
    own.delete(target)
    own.set(target, { at, heard: clock.now() })
    if (own.size > WAITING) own.delete(first(own.keys())!) // There are more than that.
    early.delete(by)
    early.set(by, own)
    if (early.size > REMEMBERED) early.delete(first(early.keys()))
  }

  return {
    cancel(target, request) {
      const heard = watchers.get(target)
      if (heard) heard(request)
      // Stop was pressed as the response ended: it must not kill a later retry.
      else if (!done.has(target)) keep(target, request)
    },
    watch(target, heard) {
      done.delete(target)
      watchers.set(target, heard)
      for (const [by, own] of early) {
        const waited = own.get(target)
        own.delete(target)
        if (waited && clock.now() - waited.heard <= PATIENCE) heard({ by, at: waited.at })
      }
      return () => {
        watchers.delete(target)
        done.add(target)
        if (done.size > REMEMBERED) done.delete(first(done)!) // Likewise.
      }
    },
  }
}

function first<Value>(values: Iterable<Value>): Value | undefined {
  for (const value of values) return value
  return undefined
}
