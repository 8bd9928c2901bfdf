import type { MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import { useProvided } from './conversation-context.ts'

/** The core store of the provided conversation, for your own selectors and for the inspector. */
export function useStore<T extends MessageTypesOf<T> = MessageTypes>(): Store<T> {
  return useProvided().store as Store as Store<T> // The types of messages are a product's own view.
}
