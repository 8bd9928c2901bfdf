import type { Store } from '@streamfold/core'
import { createDock } from './dock.ts'
import { InspectorElement } from './element/inspector-element.ts'

declare global {
  interface HTMLElementTagNameMap {
    'streamfold-inspector': InspectorElement
  }
}

/** Defines `<streamfold-inspector>` on the page. Repeated calls have no effect. */
export function defineInspector(): void {
  if (!customElements.get('streamfold-inspector')) customElements.define('streamfold-inspector', InspectorElement)
}

export interface OpenInspectorOptions {
  /**
   * The element that receives the inspector. Default: docked at the edge of the window, resizable by its user. The room is reserved: as
   * padding of the body, and as `--streamfold-dock-height` and `--streamfold-dock-width` for a page as high as the window.
   */
  readonly parent?: Element
  /** Called after its own button has closed it. */
  readonly onClose?: () => void
}

/**
 * Opens an inspector of a store.
 * @param store a store with a log, preferably `{ limit: 10_000, raw: true }`
 * @returns closes it
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
