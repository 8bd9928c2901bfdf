import type { LogOptions, Store } from '@streamfold/core'

/** What the inspector shows of the time before it was opened: the newest events, as they came. */
export const inspectorLog: LogOptions = { limit: 10_000, raw: true }

/** Loads the inspector, and docks it below the page. @returns the way to close it. */
export function showInspector(store: Store, onClose: () => void): () => void {
  let close: (() => void) | undefined
  let over = false
  async function open(): Promise<void> {
    try {
      const { openInspector } = await import('@streamfold/inspector')
      if (!over) close = openInspector(store, { onClose })
    } catch {
      // Its file could not be fetched: the button is as it was, to be pressed again.
      onClose()
    }
  }
  void open()
  return () => {
    over = true
    close?.()
  }
}
