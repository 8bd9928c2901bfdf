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

/** Who is told without the frame, should it not come, by the round in which they asked. Who was told is held by nothing. */
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

/** Looks now and then for all, so that each is told within `HIDDEN`: a timer for each frame would cost a page more than what it is told. */
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
