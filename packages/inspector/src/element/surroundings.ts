import { listenToDrops } from './files/file-drop.ts'
import type { Stage } from './stage/stage.ts'

export interface SurroundingsOptions {
  readonly stage: Stage
  /** Called after the element was resized. */
  readonly resized: () => void
  /** Called when a file is dragged over it or leaves. */
  readonly dropping: (held: boolean) => void
  readonly dropped: (file: File) => void
}

/** Starts the picture of an inspector on a page, and follows its size, the theme and dropped files. @returns stops it */
export function openSurroundings(
  host: HTMLElement,
  root: ParentNode,
  { stage, resized, dropping, dropped }: SurroundingsOptions,
): () => void {
  const theme = matchMedia('(prefers-color-scheme: dark)')
  const recolour = () => stage.recolour()
  const resize = typeof ResizeObserver === 'function' ? new ResizeObserver(resized) : undefined
  resize?.observe(host)
  theme.addEventListener('change', recolour)
  const closeStage = stage.open({
    canvas: root.querySelector('canvas')!,
    room: root.querySelector<HTMLElement>('.picture')!,
    spacer: root.querySelector<HTMLElement>('.spacer')!,
  })
  const stopDrops = listenToDrops(host, dropping, dropped)
  return () => {
    closeStage()
    stopDrops()
    resize?.disconnect()
    theme.removeEventListener('change', recolour)
  }
}
