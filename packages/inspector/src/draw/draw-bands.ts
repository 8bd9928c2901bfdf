import type { Band } from '../model/bands.ts'
import type { Picture } from './picture.ts'
import { xOfEnd, xOfIndex } from './picture.ts'

/** Shades the times in which a reader may have missed text: over all lanes, or over one. */
export function drawBands(picture: Picture): void {
  const { layout } = picture
  const bottom = layout.axis.top
  for (const band of picture.bands) {
    if (band.kind === 'recovering') shade(picture, band, layout.prompts.top, bottom - layout.prompts.top)
  }
  for (const { lane, top, height } of layout.lanes) {
    for (const band of picture.bands) if (band.serial === lane.serial) shade(picture, band, top, height)
  }
  for (const band of picture.bands) {
    if (band.kind === 'disconnected') shade(picture, band, layout.prompts.top, bottom - layout.prompts.top)
  }
}

function shade(picture: Picture, { kind, from, to }: Band, top: number, height: number): void {
  const { context, palette, layout } = picture
  const left = Math.max(xOfIndex(picture, from), layout.left)
  const right = Math.max(xOfEnd(picture, to), left + 1)
  if (right <= layout.left || left >= layout.width) return
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, height)
  context.clip()
  switch (kind) {
    case 'disconnected':
      hatch(context, left, right, top, height, palette.soft)
      break
    case 'recovering':
      fill(context, palette.warn, 0.07, left, top, right - left, height)
      break
    case 'gapped':
      fill(context, palette.warn, 0.22, left, top + 1, right - left, height - 2)
      break
    case 'stalled':
      fill(context, palette.soft, 0.14, left, top + 1, right - left, height - 2)
      break
    case 'abandoned':
      fill(context, palette.bad, 0.12, left, top + 1, right - left, height - 2)
      break
    default:
      kind satisfies never
  }
  context.restore()
}

function fill(
  context: CanvasRenderingContext2D,
  colour: string,
  alpha: number,
  ...[x, y, width, height]: readonly [number, number, number, number]
): void {
  context.globalAlpha = alpha
  context.fillStyle = colour
  context.fillRect(x, y, width, height)
}

/** Strokes for a time without deliveries. They are fixed to the picture, so that they do not move against it while it scrolls. */
function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  top: number,
  height: number,
  colour: string,
): void {
  fill(context, colour, 0.06, left, top, right - left, height)
  context.globalAlpha = 0.3
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  const first = Math.floor((left - height) / 7) * 7
  for (let x = first; x < right; x += 7) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
}
