import type { Timeline } from './timeline.ts'

/** The unit of the axis: time, or the order of events. */
export type Axis = 'time' | 'order'

/** The visible part of a timeline, in milliseconds or in events. */
export interface Viewport {
  readonly axis: Axis
  readonly from: number
  readonly to: number
  /** Whether it moves with new events. */
  readonly following: boolean
}

/** The initial span of a live timeline, in milliseconds and in events. */
const firstSpan = { time: 30_000, order: 400 } as const
/** The smallest span, in milliseconds and in events. */
const leastSpan = { time: 20, order: 8 } as const

export const initialViewport: Viewport = { axis: 'time', from: 0, to: firstSpan.time, following: true }

/** The place of an event on the axis. */
export function placeOf({ entries, first, begins }: Timeline, axis: Axis, index: number): number {
  if (axis === 'order') return index
  const entry = entries[Math.min(index - first, entries.length - 1)]
  return Math.max(entry?.at ?? 0, begins)
}

/** The span of all events, with a minimum. */
export function extentOf(timeline: Timeline, axis: Axis): { readonly from: number; readonly to: number } {
  const from = placeOf(timeline, axis, timeline.first)
  const to = placeOf(timeline, axis, Math.max(timeline.first, timeline.next - 1))
  return { from, to: Math.max(to, from + leastSpan[axis]) }
}

/** The full timeline, with a margin at both ends. */
export function fitted(viewport: Viewport, timeline: Timeline): Viewport {
  const { from, to } = extentOf(timeline, viewport.axis)
  const room = (to - from) * 0.02
  return { ...viewport, from: from - room, to: to + room, following: false }
}

/** The newest part, with the same width; the start while the timeline is shorter. @param now the present */
export function followed(viewport: Viewport, timeline: Timeline, now: number): Viewport {
  const span = viewport.to - viewport.from
  const from = Math.max(now - span * 0.98, extentOf(timeline, viewport.axis).from - span * 0.02)
  return { ...viewport, from, to: from + span, following: true }
}

/** @param factor below 1 zooms in @param anchor the place that keeps its position */
export function zoomed(viewport: Viewport, factor: number, anchor: number): Viewport {
  const { axis, from, to } = viewport
  const span = Math.max((to - from) * factor, leastSpan[axis])
  const part = (anchor - from) / (to - from)
  return { ...viewport, from: anchor - span * part, to: anchor + span * (1 - part) }
}

export function panned(viewport: Viewport, by: number): Viewport {
  return { ...viewport, from: viewport.from + by, to: viewport.to + by, following: false }
}

/** Moved just enough to show `place`; unchanged if it is visible. */
export function revealed(viewport: Viewport, place: number): Viewport {
  const { from, to } = viewport
  const margin = (to - from) * 0.08
  if (place >= from + margin && place <= to - margin) return viewport
  return panned(viewport, place < from + margin ? place - margin - from : place + margin - to)
}

/** The same part on the other axis. */
export function onAxis(viewport: Viewport, axis: Axis, timeline: Timeline): Viewport {
  if (axis === viewport.axis) return viewport
  if (viewport.following)
    return followed({ ...viewport, axis, from: 0, to: firstSpan[axis] }, timeline, extentOf(timeline, axis).to)
  const place = (value: number) => placeOf(timeline, axis, indexAt(timeline, viewport.axis, value))
  const [from, to] = [place(viewport.from), place(viewport.to)]
  return { ...viewport, axis, from, to: Math.max(to, from + leastSpan[axis]) }
}

/** The event nearest to a place on the axis. */
export function indexAt(timeline: Timeline, axis: Axis, place: number): number {
  const { first, next } = timeline
  const clamp = (index: number) => Math.min(Math.max(index, first), Math.max(first, next - 1))
  if (axis === 'order') return clamp(Math.round(place))
  const after = countBefore(timeline, place)
  const [a, b] = [clamp(first + after - 1), clamp(first + after)]
  return Math.abs(placeOf(timeline, axis, a) - place) <= Math.abs(placeOf(timeline, axis, b) - place) ? a : b
}

/** The number of entries before a time. */
export function countBefore({ entries }: Timeline, time: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.at < time) low = middle + 1
    else high = middle
  }
  return low
}
