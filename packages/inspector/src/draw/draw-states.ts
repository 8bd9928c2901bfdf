import type { Row } from './layout.ts'
import type { Palette } from './palette.ts'
import type { Picture } from './picture.ts'
import { fitText, xOfEnd, xOfIndex } from './picture.ts'
import type { Track } from '../model/track.ts'

/** Draws the states of the connection and of the channel as named bars. */
export function drawStates(picture: Picture): void {
  drawTrack(picture, picture.timeline.connection, picture.layout.connection, 'connection')
  drawTrack(picture, picture.timeline.channel, picture.layout.channel, 'channel')
}

function drawTrack(picture: Picture, track: Track, { top, height }: Row, name: string): void {
  const { context, palette, layout } = picture
  context.font = `11px ${palette.font}`
  context.textBaseline = 'middle'
  const middle = top + height / 2
  context.fillStyle = palette.soft
  context.fillText(name, 10, middle)
  for (const [index, segment] of track.entries()) {
    const next = track[index + 1]
    const left = Math.max(xOfIndex(picture, segment.index), layout.left)
    const right = xOfEnd(picture, next?.index)
    if (right - left < 0.5) continue
    const colour = colourOf(segment.value, palette)
    context.globalAlpha = 0.16
    context.fillStyle = colour
    context.fillRect(left, top + 2, right - left - 1, height - 4)
    context.globalAlpha = 1
    context.fillRect(left, top + 2, Math.min(2, right - left), height - 4)
    const text = right - left > 24 ? fitText(context, segment.value, right - left - 12) : ''
    if (text) context.fillText(text, left + 7, middle + 0.5)
  }
}

function colourOf(value: string, palette: Palette): string {
  if (value === 'connected' || value === 'live') return palette.accent
  if (value === 'failed' || value === 'suspended') return palette.bad
  if (value === 'recovering' || value === 'hydrating' || value.startsWith('interrupted')) return palette.warn
  return palette.soft
}
