import type { Clock } from '../clock.ts'

/** Watches a source for silence. */
export interface SilenceWatch {
  /** The source has given something, text or not. */
  reset(): void
  stop(): void
}

export interface SilenceOptions {
  /** Milliseconds after which `onSilent` is called, once; asked every `interval`. */
  readonly limit: () => number
  /** Milliseconds from one call of `sendHeartbeat` to the next. */
  readonly interval: number
  /** Whether the source is being waited for: what has not been asked cannot be silent. */
  readonly isAwaited: () => boolean
  readonly sendHeartbeat: () => void
  readonly onSilent: () => void
}

/** One timer for the whole stream, not one per token. */
export function watchSilence(
  clock: Clock,
  { limit, interval, isAwaited, sendHeartbeat, onSilent }: SilenceOptions,
): SilenceWatch {
  let activeAt = clock.now()
  let over = false
  let cancel: (() => void) | undefined
  const plan = (): void => {
    const wait = Math.min(interval, activeAt + limit() - clock.now())
    // Longer waits than a timer can take are none.
    if (wait < 2 ** 31) cancel = clock.after(Math.max(1, wait), ring)
  }
  function ring(): void {
    if (over) return
    if (!isAwaited()) activeAt = clock.now()
    if (clock.now() - activeAt >= limit()) {
      over = true
      return onSilent()
    }
    sendHeartbeat()
    plan()
  }
  plan()
  return {
    reset: () => void (activeAt = clock.now()),
    stop() {
      over = true
      cancel?.()
    },
  }
}
