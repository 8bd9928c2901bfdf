import type { Headers, HeadersOf, Store } from '@streamfold/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useProvided } from './conversation-key.ts'

/** The core store of the provided conversation, for your own selectors and for the inspector. */
export function useStore<H extends HeadersOf<H> = Headers>(): ComputedRef<Store<H>> {
  const conversation = useProvided()
  return computed(() => conversation.value.store as Store as Store<H>) // Headers are a product's own view.
}
