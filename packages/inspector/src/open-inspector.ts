import type { Store } from '@streamfold/core'
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
  /** Where it is put. Default: docked at the bottom of the page. */
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
  if (!parent)
    element.style.cssText =
      'position:fixed;inset:auto 0 0;block-size:min(34rem,70vh);z-index:2147483000;box-shadow:0 -1px 16px rgb(0 0 0/14%)'
  const close = () => element.remove()
  element.addEventListener('streamfold-close', () => {
    close()
    onClose?.()
  })
  ;(parent ?? document.body).append(element)
  return close
}
