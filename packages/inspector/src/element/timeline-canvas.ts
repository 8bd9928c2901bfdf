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
  /** Places on the axis that one pixel stands for. */
  perPixel(): number
  /** Pixels of the plot. */
  readonly plot: number
  /** To be called when the theme may have changed. */
  recolour(): void
}

/** @param host whose custom properties colour it. @param room the element that it may fill. */
export function createTimelineCanvas(host: HTMLElement, canvas: HTMLCanvasElement, room: HTMLElement): TimelineCanvas {
  // Null where there is no canvas, as in a test without a browser.
  const context = canvas.getContext('2d', { alpha: false })
  let palette: Palette | undefined
  let layout: Layout | undefined
  let scene: Scene | undefined
  let ratio = 0

  function resize({ width, height }: Layout): void {
    const scale = globalThis.devicePixelRatio || 1
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
    if (canvas.width === w && canvas.height === h && ratio === scale) return
    ratio = scale
    canvas.width = w
    canvas.height = h
    canvas.style.height = `${height}px`
    context?.setTransform(scale, 0, 0, scale, 0, 0)
  }

  return {
    draw(next) {
      scene = next
      const width = room.clientWidth
      if (!context || width === 0) return
      palette ??= readPalette(host)
      layout = layoutOf(next.timeline, next.viewport, width, room.clientHeight)
      resize(layout)
      draw({ ...next, context, palette, layout })
    },
    placeUnder(event) {
      if (!layout || !scene) return undefined
      const x = event.clientX - canvas.getBoundingClientRect().left
      return x < layout.left ? undefined : placeAt(layout, scene.viewport, x)
    },
    perPixel() {
      if (!layout || !scene) return 0
      return (scene.viewport.to - scene.viewport.from) / (layout.width - layout.left)
    },
    get plot() {
      return layout ? layout.width - layout.left : 0
    },
    recolour() {
      palette = undefined
    },
  }
}
