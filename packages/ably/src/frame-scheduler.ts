import type { Scheduler } from '@streamfold/core'

/** A page that became hidden after a frame was asked for gets no frame: this long after, it is told all the same. */
const LATEST = 250
const FRAME = 16

/** Tells subscribers once a frame, however many appends it brought; by a timer where no frame is drawn. */
export const frameScheduler: Scheduler = (flush) => {
  if (typeof requestAnimationFrame !== 'function') return void setTimeout(flush, FRAME)
  if (typeof document !== 'undefined' && document.hidden) return void setTimeout(flush, LATEST)
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer)
    flush()
  })
  const timer = setTimeout(() => {
    cancelAnimationFrame(frame)
    flush()
  }, LATEST)
}
