import type { Conversation, Store } from '@streamfold/core'
import type { ShallowRef } from 'vue'
import { shallowRef } from 'vue'
import { whileAlive } from './while-alive.ts'

/** What a store last told its subscribers. */
export function useSnapshot(store: () => Store): Readonly<ShallowRef<Conversation>> {
  const state = shallowRef(store().getSnapshot())
  whileAlive(store, (store) => {
    const read = () => {
      state.value = store.getSnapshot()
    }
    read()
    return store.subscribe(read)
  })
  return state
}
