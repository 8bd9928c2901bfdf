import type { Scheduler } from '@streamfold/core'

/** A hidden page is told once in so long: enough for its title and for what it announces. */
const HIDDEN = 1_000
const FRAME = 16

/** Tells subscribers once a frame, however many appends it brought; a hidden page rarely, and at once when it is looked at. */
export const frameScheduler: Scheduler = (flush) => {
  if (typeof requestAnimationFrame !== 'function') setTimeout(flush, FRAME)
  else if (typeof document !== 'undefined' && document.hidden) tellHidden(flush)
  else tellWithFrame(flush)
}

function tellHidden(flush: () => void): void {
  const tell = () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', tell)
    flush()
  }
  const timer = setTimeout(tell, HIDDEN)
  document.addEventListener('visibilitychange', tell)
}

/** Who is told without the frame, should it not come. */
const waiting = new Set<() => void>()
let overdue: readonly (() => void)[] = []
let looking = false

function tellWithFrame(flush: () => void): void {
  const frame = requestAnimationFrame(() => {
    waiting.delete(late)
    flush()
  })
  const late = () => {
    cancelAnimationFrame(frame)
    flush()
  }
  waiting.add(late)
  look()
}

/** Looks now and then for all, so that each is told within `HIDDEN`: a timer for each frame would cost a page more than what it is told. */
function look(): void {
  if (looking) return
  looking = true
  setTimeout(() => {
    looking = false
    const late = overdue.filter((tell) => waiting.delete(tell))
    overdue = [...waiting]
    if (waiting.size > 0) look()
    for (const tell of late) tell()
  }, HIDDEN / 2)
}
