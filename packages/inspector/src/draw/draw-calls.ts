import type { Call } from '../model/calls.ts'
import type { LaneRow } from './layout.ts'
import type { Picture } from './picture.ts'
import { fitText, xOfEnd, xOfIndex } from './picture.ts'

/** The height of a span with and without its name, and the least height of a lane that has room for names. */
const NAMED = 12
const PLAIN = 4
const ROOMY = 34
/** The most rows: more calls at once share the last one. */
const ROWS = 3

/** Draws the calls of tools at the top of their message's lane: the input, then the execution, with a mark where the call was run. */
export function drawCalls(picture: Picture, { lane, top, height }: LaneRow): void {
  const { layout, timeline } = picture
  const calls = timeline.calls.get(lane.serial)
  if (!calls) return
  const isNamed = height >= ROOMY
  const each = isNamed ? NAMED : PLAIN
  const rows = Math.max(1, Math.min(ROWS, Math.floor((height - 6) / (each + 1))))
  // Of each row, where its last call ends.
  const ends: number[] = []
  for (const call of calls) {
    const left = xOfIndex(picture, call.from)
    const right = Math.max(xOfEnd(picture, call.to), left + 2)
    const free = ends.findIndex((end) => end <= left)
    const row = free >= 0 ? free : Math.min(ends.length, rows - 1)
    ends[row] = Math.max(right, ends[row] ?? 0)
    if (right <= layout.left || left >= layout.width) continue
    drawCall(picture, call, { left, right, top: Math.round(top) + 2 + row * (each + 1), height: each, isNamed })
  }
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly height: number
  readonly isNamed: boolean
}

function drawCall(picture: Picture, call: Call, { left, right, top, height, isNamed }: Box): void {
  const { context, palette, layout } = picture
  const start = Math.max(left, layout.left)
  const colour =
    call.outcome === 'failed' || call.outcome === 'denied'
      ? palette.bad
      : call.outcome === 'interrupted'
        ? palette.warn
        : palette.repair
  const inputEnd = call.input === undefined ? right : Math.min(Math.max(xOfIndex(picture, call.input), start), right)
  context.fillStyle = palette.paper
  context.globalAlpha = 0.85
  context.fillRect(start, top, right - start, height)
  context.fillStyle = colour
  context.globalAlpha = 0.18
  context.fillRect(start, top, inputEnd - start, height)
  context.globalAlpha = 0.42
  context.fillRect(inputEnd, top, right - inputEnd, height)
  context.globalAlpha = 1
  if (call.input !== undefined && inputEnd > layout.left) context.fillRect(Math.round(inputEnd), top, 1, height)
  if (call.run !== undefined) {
    const run = Math.round(xOfIndex(picture, call.run))
    if (run >= layout.left) context.fillRect(run, top, 2, height)
  }
  if (left >= layout.left) context.fillRect(Math.round(left), top, 2, height)
  if (call.to !== undefined && right > layout.left) context.fillRect(Math.round(right) - 2, top, 2, height)
  if (!isNamed || right - start < 26) return
  context.fillStyle = palette.ink
  context.font = `10px ${palette.font}`
  context.textBaseline = 'middle'
  context.fillText(fitText(context, call.name.slice(0, 200), right - start - 10), start + 5, top + height / 2 + 0.5)
}
