import { listenToDrops } from './file-drop.ts'
import type { Stage } from './stage.ts'

export interface SurroundingsOptions {
  readonly stage: Stage
  /** It is of another size. */
  readonly resized: () => void
  /** A file is held over it, or no longer. */
  readonly dropping: (held: boolean) => void
  readonly dropped: (file: File) => void
}

/** Starts the picture of an inspector that is on the page, and follows what comes from around it: its size, the theme, files. @returns the way to stop. */
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
