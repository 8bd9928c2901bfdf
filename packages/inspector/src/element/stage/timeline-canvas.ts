import { draw } from '../../draw/draw.ts'
import type { Layout } from '../../draw/layout.ts'
import { layoutOf, placeAt } from '../../draw/layout.ts'
import type { Palette } from '../../draw/palette.ts'
import { readPalette } from '../../draw/palette.ts'
import type { Picture } from '../../draw/picture.ts'

/** The input of a drawing, without what the canvas adds. */
type Scene = Omit<Picture, 'context' | 'palette' | 'layout'>

/** The canvas of an inspector: its size, colours and layout. */
export interface TimelineCanvas {
  draw(scene: Scene): void
  /** The place on the axis under a pointer; undefined over the names. */
  placeUnder(event: MouseEvent): number | undefined
  /** Whether a pointer is over the axis itself. */
  overAxis(event: MouseEvent): boolean
  /** The distance on the axis of one pixel. */
  perPixel(): number
  /** Call it after the element was resized or scrolled. */
  measure(): void
  /** Call it after the theme may have changed. */
  recolour(): void
}

/** The parts of an inspector that the picture needs. */
export interface CanvasParts {
  /** The element whose custom properties give the colours. */
  readonly host: HTMLElement
  readonly canvas: HTMLCanvasElement
  /** The scrolling element over the lanes; the canvas keeps its place and has the same height. */
  readonly room: HTMLElement
  /** As high as all lanes, so that the room can scroll. */
  readonly spacer: HTMLElement
}

export function createTimelineCanvas({ host, canvas, room, spacer }: CanvasParts): TimelineCanvas {
  // Null without a canvas, as in a test without a browser.
  const context = canvas.getContext('2d', { alpha: false })
  let palette: Palette | undefined
  let layout: Layout | undefined
  let scene: Scene | undefined
  // Measured only after a possible change, because measuring forces a layout.
  let size = { width: 0, height: 0, scroll: 0 }
  let content = 0

  function resize(): void {
    const scale = globalThis.devicePixelRatio || 1
    const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)]
    if (canvas.width === width && canvas.height === height) return
    canvas.width = width
    canvas.height = height
    canvas.style.height = `${size.height}px`
    context?.setTransform(scale, 0, 0, scale, 0, 0)
  }

  return {
    draw(next) {
      scene = next
      if (!context || size.width === 0) return
      palette ??= readPalette(host)
      layout = layoutOf(next.timeline, next.viewport, size.width, size.height, size.scroll)
      resize()
      draw({ ...next, context, palette, layout })
      if (layout.content === content) return
      content = layout.content
      spacer.style.height = `${content - size.height}px`
    },
    placeUnder(event) {
      if (!layout || !scene) return undefined
      const x = event.clientX - canvas.getBoundingClientRect().left
      return x < layout.left ? undefined : placeAt(layout, scene.viewport, x)
    },
    overAxis: (event) => layout !== undefined && event.clientY - canvas.getBoundingClientRect().top >= layout.axis.top,
    perPixel() {
      if (!layout || !scene) return 0
      return (scene.viewport.to - scene.viewport.from) / (layout.width - layout.left)
    },
    measure() {
      size = { width: room.clientWidth, height: room.clientHeight, scroll: room.scrollTop }
      content = 0
    },
    recolour() {
      palette = undefined
    },
  }
}
