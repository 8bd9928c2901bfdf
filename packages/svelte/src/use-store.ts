import type { MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import { useProvided } from './opened-conversation.ts'
import type { Current } from './select-state.svelte.ts'

/** The core store of the provided conversation, for your own selectors and for the inspector. */
export function useStore<T extends MessageTypesOf<T> = MessageTypes>(): Current<Store<T>> {
  const opened = useProvided()
  return {
    get current() {
      return opened.current.store as Store as Store<T> // The types of messages are a product's own view.
    },
  }
}
