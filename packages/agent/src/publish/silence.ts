import type { Clock } from '../clock.ts'

/** Watches a source for silence. */
export interface SilenceWatch {
  /** The source has given something. */
  heard(): void
  stop(): void
}

export interface SilenceOptions {
  /** Milliseconds after which `tooLong` is called, once. */
  readonly limit: number
  /** Milliseconds from one call of `beat` to the next. */
  readonly interval: number
  /** Whether the source is being waited for: what has not been asked cannot be silent. */
  readonly counts: () => boolean
  readonly beat: () => void
  readonly tooLong: () => void
}

/** One timer for the whole stream, not one per token. */
export function watchSilence(clock: Clock, { limit, interval, counts, beat, tooLong }: SilenceOptions): SilenceWatch {
  let heardAt = clock.now()
  let over = false
  let cancel: (() => void) | undefined
  const plan = (): void => {
    const wait = Math.min(interval, heardAt + limit - clock.now())
    // Longer waits than a timer can take are none.
    if (wait < 2 ** 31) cancel = clock.after(Math.max(1, wait), ring)
  }
  function ring(): void {
    if (over) return
    if (!counts()) heardAt = clock.now()
    if (clock.now() - heardAt >= limit) {
      over = true
      return tooLong()
    }
    beat()
    plan()
  }
  plan()
  return {
    heard: () => void (heardAt = clock.now()),
    stop() {
      over = true
      cancel?.()
    },
  }
}
