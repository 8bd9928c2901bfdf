import type { Headers, HeadersOf, Store } from '@streamfold/core'
import { useProvided } from './conversation-context.ts'

/** The core store of the provided conversation, for your own selectors and for the inspector. */
export function useStore<H extends HeadersOf<H> = Headers>(): Store<H> {
  return useProvided().store as Store as Store<H> // Headers are a product's own view.
}
