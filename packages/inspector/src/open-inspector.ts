import type { Store } from '@streamfold/core'
import { createDock } from './dock.ts'
import { InspectorElement } from './element/inspector-element.ts'

declare global {
  interface HTMLElementTagNameMap {
    'streamfold-inspector': InspectorElement
  }
}

/** Makes `<streamfold-inspector>` known to the page. More than once is once. */
export function defineInspector(): void {
  if (!customElements.get('streamfold-inspector')) customElements.define('streamfold-inspector', InspectorElement)
}

export interface OpenInspectorOptions {
  /**
   * Where it is put. Default: docked at the edge of the window, which its reader may move. That room is kept free: as padding of the
   * body, and as `--streamfold-dock-height` and `--streamfold-dock-width` for a page as high as the window.
   */
  readonly parent?: Element
  /** Called when its own button has closed it. */
  readonly onClose?: () => void
}

/**
 * Shows an inspector of a store.
 * @param store keeps a log, best `{ limit: 10_000, raw: true }`.
 * @returns the way to close it.
 */
export function openInspector(store: Store, { parent, onClose }: OpenInspectorOptions = {}): () => void {
  defineInspector()
  const element = document.createElement('streamfold-inspector')
  element.store = store
  element.closable = true
  const dock = parent ? undefined : createDock(element, () => element.requestUpdate())
  element.dock = dock
  const close = () => {
    dock?.close()
    element.remove()
  }
  element.addEventListener('streamfold-close', () => {
    close()
    onClose?.()
  })
  ;(parent ?? document.body).append(element)
  return close
}
