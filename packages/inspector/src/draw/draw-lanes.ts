import type { Entry } from '../model/entry.ts'
import { countBefore } from '../model/viewport.ts'
import type { LaneRow } from './layout.ts'
import type { Picture } from './picture.ts'
import { fitText, xOfEnd, xOfIndex } from './picture.ts'
import { circle, cross, diamond, square } from './shapes.ts'

/** Characters of an append that is drawn as high as a lane. */
const HIGHEST = 240

export function drawLanes(picture: Picture): void {
  const { context, layout, palette } = picture
  for (const row of layout.lanes) drawName(picture, row)
  context.fillStyle = palette.soft
  context.font = `11px ${palette.font}`
  context.fillText('prompts', 10, layout.prompts.top + layout.prompts.height / 2)
  context.save()
  context.beginPath()
  context.rect(layout.left - 4, 0, layout.width - layout.left + 4, layout.axis.top)
  context.clip()
  for (const row of layout.lanes) {
    drawLife(picture, row)
    drawMarks(picture, row)
  }
  drawPrompts(picture)
  context.restore()
}

function drawName({ context, palette, layout, nameOf }: Picture, { lane, top, height }: LaneRow): void {
  if (height < 10) return
  context.globalAlpha = 1
  context.fillStyle = palette.ink
  context.font = `${height < 14 ? 9 : 11}px ${palette.font}`
  context.textBaseline = 'middle'
  context.fillText(fitText(context, nameOf(lane.serial), layout.left - 20), 10, top + height / 2)
}

/** A line from when it was first heard of until it ended. */
function drawLife(picture: Picture, { lane, top, height }: LaneRow): void {
  const { context, palette, layout } = picture
  const first = lane.status[0]
  if (!first) return
  const left = Math.max(xOfIndex(picture, first.index), layout.left)
  const ended = lane.status.findLast(({ value }) => value !== 'streaming' && value !== 'stalled')
  const right = lane.status.at(-1) === ended ? xOfEnd(picture, ended?.index) : xOfEnd(picture, undefined)
  if (right <= left) return
  context.globalAlpha = 0.45
  context.fillStyle = palette.accent
  context.fillRect(left, Math.round(top + height) - 3, right - left, 1)
}

function drawMarks(picture: Picture, { lane, top, height }: LaneRow): void {
  const { context, palette, layout } = picture
  const base = Math.round(top + height) - 2
  const full = Math.max(4, height - 5)
  const { marks } = lane
  context.globalAlpha = 1
  context.fillStyle = palette.accent
  // Where many appends share a pixel, the highest stands for them.
  let column = -1
  let highest = 0
  const flush = () => {
    if (highest > 0) context.fillRect(column, base - highest, 2, highest)
    highest = 0
  }
  for (let i = firstIn(picture, marks); i < marks.length; i++) {
    const mark = marks[i]!
    const x = xOfIndex(picture, mark.index)
    if (x > layout.width) break
    if (mark.kind !== 'append') continue
    const pixel = Math.round(x)
    if (pixel > column + 2) {
      flush()
      column = pixel
    }
    highest = Math.max(highest, 2 + (full - 2) * Math.min(1, Math.sqrt(mark.size / HIGHEST)))
  }
  flush()
  let last = -99
  for (let i = firstIn(picture, marks); i < marks.length; i++) {
    const mark = marks[i]!
    const x = xOfIndex(picture, mark.index)
    if (x > layout.width) break
    if (mark.kind === 'append' && !mark.ended) continue
    // What is known already comes in heaps, and a heap of dots says no more than one.
    if (mark.kind === 'ignored' && x - last < 3) continue
    last = x
    drawMark(picture, mark, x, top, base, full)
  }
}

/** @param full the height of a lane that is full. */
function drawMark({ context, palette }: Picture, mark: Entry, x: number, top: number, base: number, full: number): void {
  const size = Math.min(4.5, full / 2.4)
  const middle = top + (base - top) / 2 + 1
  context.globalAlpha = 1
  context.lineWidth = 1.25
  switch (mark.kind) {
    case 'create':
      circle(context, x, base - 1, Math.min(3, size), palette.accent, palette.paper)
      break
    case 'update':
      context.strokeStyle = palette.accent
      context.strokeRect(Math.round(x) - 1.5, base - full + 0.5, 3, full - 1)
      break
    case 'repair':
      diamond(context, x, middle, size + 1, palette.repair, palette.paper)
      break
    case 'snapshot':
      diamond(context, x, middle, size - 0.5, palette.paper, palette.soft)
      break
    case 'held':
      context.fillStyle = palette.warn
      context.fillRect(Math.round(x), base - full * 0.55, 1, full * 0.55)
      break
    case 'delete':
      cross(context, x, middle, size - 1, palette.ink)
      break
    case 'ignored':
      circle(context, x, top + 3, 1.25, palette.soft, undefined)
      break
    default:
      break
  }
  if (mark.ended)
    square(
      context,
      x,
      base - full,
      full,
      mark.ended === 'complete' ? palette.accent : mark.ended === 'failed' ? palette.bad : palette.soft,
    )
}

/** All prompts in one row: what the responses answer. */
function drawPrompts(picture: Picture): void {
  const { context, palette, layout, timeline } = picture
  const { top, height } = layout.prompts
  context.globalAlpha = 1
  for (const lane of timeline.lanes.values()) {
    if (lane.role !== 'user') continue
    for (const { kind, index } of lane.marks) {
      const x = xOfIndex(picture, index)
      if (kind === 'create' && x >= layout.left && x <= layout.width)
        circle(context, x, top + height / 2, 3, palette.ink, undefined)
    }
  }
  for (const { kind, index } of rejected(picture)) {
    const x = xOfIndex(picture, index)
    if (x >= layout.left) cross(context, x, top + height / 2, 3, kind === 'rejected' ? palette.bad : palette.soft)
  }
}

/** What is about no message at all: not understood, or a reader's wish to stop. */
function rejected({ timeline, viewport }: Picture): readonly Entry[] {
  const { axis, from, to } = viewport
  const place = (value: number) =>
    axis === 'time' ? countBefore(timeline, value) : Math.max(0, Math.floor(value) - timeline.first)
  return timeline.entries.slice(place(from), place(to) + 1).filter(({ kind }) => kind === 'rejected' || kind === 'cancel')
}

/** The first mark within the plot. */
function firstIn(picture: Picture, marks: readonly Entry[]): number {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (xOfIndex(picture, marks[middle]!.index) < picture.layout.left) low = middle + 1
    else high = middle
  }
  return low
}
