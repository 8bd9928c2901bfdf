import type { Store } from '@streamfold/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useProvided } from './conversation-key.ts'

/** The core store of the provided conversation, for selectors of your own and for the inspector. */
export function useStore(): ComputedRef<Store> {
  const conversation = useProvided()
  return computed(() => conversation.value.store)
}
