/**
 * The files that a paste brings; none where it brings text as well: a spreadsheet adds a picture of the cells that were copied as text.
 * What is taken as files must not be pasted, too.
 */
export function filesPasted(event: ClipboardEvent): readonly File[] {
  const { clipboardData } = event
  if (!clipboardData || clipboardData.files.length === 0 || clipboardData.types.includes('text/plain')) return []
  event.preventDefault()
  return [...clipboardData.files]
}

interface DropListener {
  /** Files are held over the page, or no longer. */
  readonly over: (isOver: boolean) => void
  readonly take: (files: readonly File[]) => void
}

/** Takes files that are dropped anywhere on the page: a browser would open them in the page's place. @returns stops it */
export function watchDrop({ over, take }: DropListener): () => void {
  // Entering an element comes before leaving the one around it.
  let depth = 0
  const hold = (by: number) => over((depth = Math.max(0, depth + by)) > 0)
  const listeners: { readonly [Type in 'dragenter' | 'dragover' | 'dragleave' | 'drop']: (event: DragEvent) => void } = {
    dragenter: () => hold(1),
    dragleave: () => hold(-1),
    dragover: (event) => {
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    },
    drop: (event) => {
      event.preventDefault()
      hold(-depth)
      take([...(event.dataTransfer?.files ?? [])])
    },
  }
  const controller = new AbortController()
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
    addEventListener(
      type,
      (event) => {
        if (event.dataTransfer?.types.includes('Files')) listeners[type](event)
      },
      { signal: controller.signal },
    )
  return () => controller.abort()
}
