import { axisTicks, clock } from '../model/ticks.ts'
import { placeOf } from '../model/viewport.ts'
import { drawBands } from './draw-bands.ts'
import { drawLanes } from './draw-lanes.ts'
import { drawPrompts } from './draw-prompts.ts'
import { drawStates } from './draw-states.ts'
import { xOf } from './layout.ts'
import type { Picture } from './picture.ts'
import { xOfIndex } from './picture.ts'

/** Room for a time of day, in pixels. */
const LABEL = 84

/** Draws the whole picture. */
export function draw(picture: Picture): void {
  const { context, palette, layout } = picture
  context.globalAlpha = 1
  context.fillStyle = palette.paper
  context.fillRect(0, 0, layout.width, layout.height)
  // Without an event there is no time.
  if (picture.timeline.entries.length === 0) return
  drawGrid(picture)
  drawStates(picture)
  drawPrompts(picture)
  context.save()
  context.beginPath()
  context.rect(0, layout.prompts.top, layout.width, layout.axis.top - layout.prompts.top)
  context.clip()
  drawBands(picture)
  context.restore()
  context.save()
  context.beginPath()
  context.rect(0, layout.lanesTop, layout.width, layout.axis.top - layout.lanesTop)
  context.clip()
  drawLanes(picture)
  context.restore()
  drawNow(picture)
  drawCursor(picture)
}

/** Draws thin lines at round times and between the lanes. */
function drawGrid(picture: Picture): void {
  const { context, palette, layout, viewport, offset, cursor } = picture
  const { left, width, axis } = layout
  // The cursor has its own label of the time.
  const taken = cursor === undefined ? -Infinity : xOfIndex(picture, cursor)
  context.strokeStyle = palette.line
  context.fillStyle = palette.soft
  context.lineWidth = 1
  context.font = `11px ${palette.font}`
  context.textBaseline = 'middle'
  context.beginPath()
  for (const { place, label } of axisTicks(viewport.axis, viewport.from, viewport.to, (width - left) / LABEL, offset)) {
    const x = Math.round(xOf(layout, viewport, place)) + 0.5
    if (x < left) continue
    context.moveTo(x, layout.prompts.top)
    context.lineTo(x, axis.top + 4)
    if (x + LABEL < taken - LABEL / 2 || x > taken + LABEL / 2) context.fillText(label, x + 4, axis.top + axis.height / 2 + 2)
  }
  for (const { top } of layout.lanes) {
    if (top < layout.lanesTop) continue
    context.moveTo(0, Math.round(top) - 0.5)
    context.lineTo(width, Math.round(top) - 0.5)
  }
  context.moveTo(0, axis.top + 0.5)
  context.lineTo(width, axis.top + 0.5)
  context.stroke()
}

function drawNow({ context, palette, layout, viewport, now, cursor }: Picture): void {
  const x = Math.round(xOf(layout, viewport, now)) + 0.5
  if (x < layout.left || x > layout.width || cursor !== undefined) return
  context.globalAlpha = 0.7
  context.fillStyle = palette.accent
  context.fillRect(x, layout.prompts.top, 1, layout.axis.top - layout.prompts.top)
  context.globalAlpha = 1
}

function drawCursor(picture: Picture): void {
  const { context, palette, layout, timeline, viewport, cursor, offset } = picture
  if (cursor === undefined) return
  const x = Math.round(xOfIndex(picture, cursor))
  if (x < layout.left || x > layout.width) return
  context.globalAlpha = 1
  context.fillStyle = palette.ink
  context.fillRect(x, 0, 1.5, layout.axis.top + 4)
  const at = placeOf(timeline, 'time', cursor)
  const label = viewport.axis === 'time' ? clock(at, offset, true) : `#${cursor}`
  context.font = `600 11px ${palette.font}`
  const width = context.measureText(label).width + 12
  const left = Math.min(Math.max(x - width / 2, layout.left), layout.width - width)
  context.beginPath()
  context.roundRect(left, layout.axis.top + 3, width, layout.axis.height - 5, 4)
  context.fill()
  context.fillStyle = palette.paper
  context.fillText(label, left + 6, layout.axis.top + layout.axis.height / 2 + 1.5)
}
