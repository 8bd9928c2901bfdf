import type { Conversation } from '@streamfold/app-shared'
import { useStore } from '@streamfold/vue'
import type { ShallowRef } from 'vue'
import { shallowRef, watch } from 'vue'

/** A value read from the conversation. */
export function useSelected<Value>(select: (state: Conversation) => Value): Readonly<ShallowRef<Value>> {
  const store = useStore()
  const value = shallowRef(select(store.value.getSnapshot()))
  watch(
    store,
    (store, _, onCleanup) => {
      const read = () => {
        value.value = select(store.getSnapshot())
      }
      read()
      onCleanup(store.subscribe(read))
    },
    { immediate: true },
  )
  return value
}
