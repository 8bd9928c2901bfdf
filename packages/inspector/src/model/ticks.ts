import type { Axis } from './viewport.ts'

export interface AxisTick {
  readonly place: number
  readonly label: string
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000]

/** At most `most` round places on the axis. @param offset milliseconds by which local time is ahead of UTC */
export function axisTicks(axis: Axis, from: number, to: number, most: number, offset: number): readonly AxisTick[] {
  const least = (to - from) / Math.max(1, most)
  const step = steps.find((candidate) => candidate >= least) ?? Math.ceil(least / 600_000) * 600_000
  const ticks: AxisTick[] = []
  for (let place = Math.ceil(from / step) * step; place <= to; place += step)
    ticks.push({ place, label: axis === 'order' ? `#${place}` : clock(place, offset, step < 1_000) })
  return ticks
}

/** The time of day. @param fine with milliseconds */
export function clock(at: number, offset: number, fine: boolean): string {
  const date = new Date(at + offset)
  // A message may contain any time.
  if (at === 0 || Number.isNaN(date.getTime())) return '–'
  return date.toISOString().slice(11, fine ? 23 : 19)
}

/** A duration in the unit that fits. */
export function lasting(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}
