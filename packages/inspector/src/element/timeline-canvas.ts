import { draw } from '../draw/draw.ts'
import type { Layout } from '../draw/layout.ts'
import { layoutOf, placeAt } from '../draw/layout.ts'
import type { Palette } from '../draw/palette.ts'
import { readPalette } from '../draw/palette.ts'
import type { Picture } from '../draw/picture.ts'

/** What is drawn, without what the canvas itself knows. */
type Scene = Omit<Picture, 'context' | 'palette' | 'layout'>

/** The canvas of an inspector: its size, its colours, and what lies where. */
export interface TimelineCanvas {
  draw(scene: Scene): void
  /** The place on the axis under a pointer; undefined over the names. */
  placeUnder(event: MouseEvent): number | undefined
  /** Whether a pointer is over the axis itself. */
  overAxis(event: MouseEvent): boolean
  /** Places on the axis that one pixel stands for. */
  perPixel(): number
  /** To be called when the room is of another size, or was scrolled. */
  measure(): void
  /** To be called when the theme may have changed. */
  recolour(): void
}

/** The parts of an inspector that the picture needs. */
export interface CanvasParts {
  /** Whose custom properties colour it. */
  readonly host: HTMLElement
  readonly canvas: HTMLCanvasElement
  /** What scrolls over the lanes; the canvas stays where it is, as high as this. */
  readonly room: HTMLElement
  /** As high as all lanes are, so that there is something to scroll. */
  readonly spacer: HTMLElement
}

export function createTimelineCanvas({ host, canvas, room, spacer }: CanvasParts): TimelineCanvas {
  // Null where there is no canvas, as in a test without a browser.
  const context = canvas.getContext('2d', { alpha: false })
  let palette: Palette | undefined
  let layout: Layout | undefined
  let scene: Scene | undefined
  // Asked for only when they may have changed: a page that is asked has to lay itself out.
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
