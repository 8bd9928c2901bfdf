import type { Store } from '@streamfold/core'

declare global {
  interface Window {
    __streamfold?: { readonly store: Store }
  }
}

/** Lets a page test, or a curious reader of the console, see the conversation: in development, or with `?debug`. */
export function exposeStore(store: Store): void {
  if (import.meta.env.DEV || new URLSearchParams(location.search).has('debug')) window.__streamfold = { store }
}
