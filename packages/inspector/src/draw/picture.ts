import { characterStart } from '@streamfold/core/text'
import type { Band } from '../model/bands.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Viewport } from '../model/viewport.ts'
import { placeOf } from '../model/viewport.ts'
import type { Layout } from './layout.ts'
import { xOf } from './layout.ts'
import type { Palette } from './palette.ts'

/** The input of one drawing. */
export interface Picture {
  readonly context: CanvasRenderingContext2D
  readonly palette: Palette
  readonly layout: Layout
  readonly timeline: Timeline
  readonly bands: readonly Band[]
  readonly viewport: Viewport
  readonly cursor: number | undefined
  /** The present on the axis; open segments end here. */
  readonly now: number
  /** The name of a lane. */
  readonly nameOf: (serial: string) => string
  /** Milliseconds by which local time is ahead of UTC. */
  readonly offset: number
}

export function xOfIndex({ layout, viewport, timeline }: Picture, index: number): number {
  return xOf(layout, viewport, placeOf(timeline, viewport.axis, index))
}

/** The position of an end that may still be open, within the plot. */
export function xOfEnd(picture: Picture, index: number | undefined): number {
  const x = index === undefined ? xOf(picture.layout, picture.viewport, picture.now) : xOfIndex(picture, index)
  return Math.min(x, picture.layout.width)
}

const fitting = new Map<string, string>()

/** Cuts a text to a width. Remembers results, because measuring text costs more than drawing it. */
export function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font} ${Math.round(width)} ${text}`
  let fit = fitting.get(key)
  if (fit === undefined) {
    if (fitting.size > 2_000) fitting.clear()
    fitting.set(key, (fit = cut(context, text, width)))
  }
  return fit
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle
    else high = middle - 1
  }
  const fit = text.slice(0, characterStart(text, low)).trimEnd()
  return fit && `${fit}…`
}
