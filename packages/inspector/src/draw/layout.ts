import type { Lane, Timeline } from '../model/timeline.ts'
import type { Viewport } from '../model/viewport.ts'
import { placeOf } from '../model/viewport.ts'

/** The positions of everything in the picture, in CSS pixels. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Where the plot starts; names are to the left of it. */
  readonly left: number
  /** The height of all lanes with their surroundings; above `height` the lanes scroll. */
  readonly content: number
  readonly connection: Row
  readonly channel: Row
  readonly prompts: Row
  /** The visible lanes with their positions. */
  readonly lanes: readonly LaneRow[]
  readonly lanesTop: number
  /** The axis at the bottom. */
  readonly axis: Row
}

export interface Row {
  readonly top: number
  readonly height: number
}

export interface LaneRow extends Row {
  readonly lane: Lane
}

const STATE_ROW = 18
const PROMPTS = 16
const AXIS = 22
const LANE = { least: 10, most: 48 } as const

/** Computes the layout. @param scroll pixels by which the lanes are scrolled */
export function layoutOf(timeline: Timeline, viewport: Viewport, width: number, height: number, scroll: number): Layout {
  const shown = lanesIn(timeline, viewport)
  const top = STATE_ROW * 2 + PROMPTS + 4
  const each = Math.min(LANE.most, Math.max(LANE.least, (height - top - AXIS) / Math.max(1, shown.length)))
  const first = Math.max(0, Math.floor(scroll / each))
  const inSight = shown.slice(first, first + Math.ceil((height - top - AXIS) / each) + 1)
  return {
    width,
    height,
    left: width < 560 ? 84 : width < 1_000 ? 148 : 176,
    connection: { top: 2, height: STATE_ROW },
    channel: { top: 2 + STATE_ROW, height: STATE_ROW },
    prompts: { top: 4 + STATE_ROW * 2, height: PROMPTS },
    lanes: inSight.map((lane, index) => ({ lane, top: top + (first + index) * each - scroll, height: each })),
    lanesTop: top,
    content: Math.max(height, Math.round(top + shown.length * each + AXIS)),
    axis: { top: height - AXIS, height: AXIS },
  }
}

/** The responses that were open or had an event in this part of the axis; oldest first. */
function lanesIn(timeline: Timeline, { axis, from, to }: Viewport): readonly Lane[] {
  const lanes: Lane[] = []
  for (const lane of timeline.lanes.values()) {
    if (lane.role !== 'assistant') continue
    const begin = lane.marks[0]?.index ?? lane.status[0]?.index ?? timeline.first
    if (placeOf(timeline, axis, begin) <= to && placeOf(timeline, axis, lastOf(lane)) >= from) lanes.push(lane)
  }
  return lanes.sort((a, b) => (a.serial < b.serial ? -1 : 1))
}

function lastOf({ marks, status, continuity }: Lane): number {
  const open = status.at(-1)?.value === 'streaming' || status.at(-1)?.value === 'stalled'
  if (open) return Infinity
  return Math.max(marks.at(-1)?.index ?? 0, status.at(-1)?.index ?? 0, continuity.at(-1)?.index ?? 0)
}

/** The position of a place on the axis, in pixels from the left. */
export function xOf({ left, width }: Layout, { from, to }: Viewport, place: number): number {
  return left + ((place - from) / (to - from)) * (width - left)
}

/** The place on the axis at a position in pixels from the left. */
export function placeAt({ left, width }: Layout, { from, to }: Viewport, x: number): number {
  return from + ((x - left) / (width - left)) * (to - from)
}
