import type { Conversation } from '@streamfold/app-shared'
import { useStore } from '@streamfold/react'
import { useSyncExternalStore } from 'react'

/** A value read from the conversation; the component renders again only when the value changes. */
export function useSelected<Value>(select: (state: Conversation) => Value): Value {
  const store = useStore()
  const read = () => select(store.getSnapshot())
  return useSyncExternalStore(store.subscribe, read, read)
}
