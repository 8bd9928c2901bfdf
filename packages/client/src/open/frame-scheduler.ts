import type { Scheduler } from '@streamfold/core'

/** Milliseconds between notifications of a hidden page: enough for its title and its announcements. */
const HIDDEN = 1_000
const FRAME = 16

/** Notifies subscribers at most once per frame; in a hidden page rarely, and at once when it becomes visible. */
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

/** Flushes that wait for a frame, by the round in which they started. Entries are removed before they run, so a finished subscriber is not retained. */
const waiting = new Map<() => void, number>()
let round = 0
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
  waiting.set(late, round)
  look()
}

/** Checks all waiting flushes from time to time, so that each runs within `HIDDEN`. A timer per frame would cost more than the notification. */
function look(): void {
  if (looking) return
  looking = true
  setTimeout(() => {
    looking = false
    const overdue = [...waiting].flatMap(([tell, since]) => (since < round ? [tell] : []))
    round++
    for (const tell of overdue) waiting.delete(tell)
    if (waiting.size > 0) look()
    for (const tell of overdue) tell()
  }, HIDDEN / 2)
}
