import type { Scheduler } from '@streamfold/core'

/** A page that became hidden after a frame was asked for gets no frame: this long after, it is told all the same. */
const LATEST = 250
/** A hidden page is told once in so long: enough for its title and for what it announces. */
const HIDDEN = 1_000
const FRAME = 16

/** Tells subscribers once a frame, however many appends it brought; a hidden page rarely, and at once when it is looked at. */
export const frameScheduler: Scheduler = (flush) => {
  if (typeof requestAnimationFrame !== 'function') return void setTimeout(flush, FRAME)
  const tell = () => {
    clearTimeout(timer)
    if (frame !== undefined) cancelAnimationFrame(frame)
    else document.removeEventListener('visibilitychange', tell)
    flush()
  }
  const hidden = typeof document !== 'undefined' && document.hidden
  const frame = hidden ? undefined : requestAnimationFrame(tell)
  const timer = setTimeout(tell, hidden ? HIDDEN : LATEST)
  if (hidden) document.addEventListener('visibilitychange', tell)
}
