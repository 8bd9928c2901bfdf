import type { Figures } from '../../model/figures.ts'
import { figuresOf } from '../../model/figures.ts'
import type { Timeline } from '../../model/timeline.ts'

/** Milliseconds for which figures are kept, because counting reads all events. */
const HOLD = 1_000

/** Counts at most once a second per timeline. */
export function createFiguresNow(): (timeline: Timeline) => Figures {
  let last: { readonly of: Timeline; readonly at: number; readonly value: Figures } | undefined
  return (timeline) => {
    const now = performance.now()
    if (!last || last.of !== timeline || now - last.at > HOLD) last = { of: timeline, at: now, value: figuresOf(timeline) }
    return last.value
  }
}
