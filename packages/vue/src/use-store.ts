import type { MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useProvided } from './conversation-key.ts'

/** The core store of the provided conversation, for your own selectors and for the inspector. */
export function useStore<T extends MessageTypesOf<T> = MessageTypes>(): ComputedRef<Store<T>> {
  const conversation = useProvided()
  return computed(() => conversation.value.store as Store as Store<T>) // The types of messages are a product's own view.
}
