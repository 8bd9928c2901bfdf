import type { Entry } from '../model/entry.ts'
import { drawCalls } from './draw-calls.ts'
import type { LaneRow } from './layout.ts'
import type { Picture } from './picture.ts'
import { fitText, xOfEnd, xOfIndex } from './picture.ts'
import { circle, cross, diamond, square } from './shapes.ts'

/** Characters of an append that is drawn as high as a lane. */
const HIGHEST = 240

export function drawLanes(picture: Picture): void {
  const { context, layout } = picture
  for (const row of layout.lanes) drawName(picture, row)
  context.save()
  context.beginPath()
  context.rect(layout.left - 4, layout.lanesTop, layout.width - layout.left + 4, layout.axis.top - layout.lanesTop)
  context.clip()
  for (const row of layout.lanes) {
    drawLife(picture, row)
    drawMarks(picture, row)
    drawCalls(picture, row)
  }
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

/** A line from the first event of a message to its end. */
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
  const xOf = markX(picture)
  const notable: Entry[] = []
  context.globalAlpha = 1
  context.fillStyle = palette.accent
  // If several appends share a pixel, the highest is drawn.
  let column = -Infinity
  let largest = 0
  const flush = () => {
    const high = 2 + (full - 2) * Math.min(1, Math.sqrt(largest / HIGHEST))
    if (column >= 0) context.fillRect(column, base - high, 2, high)
    largest = 0
  }
  for (let i = firstIn(lane.marks, xOf, layout.left); i < lane.marks.length; i++) {
    const mark = lane.marks[i]!
    const x = xOf(mark)
    if (x > layout.width) break
    if (mark.kind !== 'append' || mark.ended) notable.push(mark)
    if (mark.kind !== 'append') continue
    const pixel = Math.round(x)
    if (pixel > column + 2) {
      flush()
      column = pixel
    }
    if (mark.size > largest) largest = mark.size
  }
  flush()
  let last = -Infinity
  for (const mark of notable) {
    const x = xOf(mark)
    // Ignored events come in groups, and one dot is enough for a group.
    if (mark.kind === 'ignored' && x - last < 3) continue
    last = x
    drawMark(picture, mark, x, top, base, full)
  }
}

/** The positions of marks in pixels, computed once for thousands of them. */
function markX({
  layout: { left, width },
  viewport: { axis, from, to },
  timeline: { begins },
}: Picture): (mark: Entry) => number {
  const scale = (width - left) / (to - from)
  return axis === 'time' ? ({ at }) => left + (Math.max(at, begins) - from) * scale : ({ index }) => left + (index - from) * scale
}

/** @param full the height of a full lane */
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

/** The first mark within the plot. */
function firstIn(marks: readonly Entry[], xOf: (mark: Entry) => number, left: number): number {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (xOf(marks[middle]!) < left) low = middle + 1
    else high = middle
  }
  return low
}
