import type { LogOptions, Store } from '@streamfold/core'

/** The inspector's log before it was opened: the newest events, with their delivered messages. */
export const inspectorLog: LogOptions = { limit: 10_000, raw: true }

/** Loads the inspector, and docks it below the page. @returns closes it */
export function showInspector(store: Store, onClose: () => void): () => void {
  let close: (() => void) | undefined
  let over = false
  async function open(): Promise<void> {
    try {
      const { openInspector } = await import('@streamfold/inspector')
      if (!over) close = openInspector(store, { onClose })
    } catch {
      // Its file could not be fetched; the button can be pressed again.
      onClose()
    }
  }
  void open()
  return () => {
    over = true
    close?.()
  }
}
