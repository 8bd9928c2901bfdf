import type { Figures } from '../model/figures.ts'
import { figuresOf } from '../model/figures.ts'
import type { Timeline } from '../model/timeline.ts'

/** Milliseconds that figures hold: counting goes through all events. */
const HOLD = 1_000

/** Counts at most once a second, unless it is of another timeline. */
export function createFiguresNow(): (timeline: Timeline) => Figures {
  let last: { readonly of: Timeline; readonly at: number; readonly value: Figures } | undefined
  return (timeline) => {
    const now = performance.now()
    if (!last || last.of !== timeline || now - last.at > HOLD) last = { of: timeline, at: now, value: figuresOf(timeline) }
    return last.value
  }
}
