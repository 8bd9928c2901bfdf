import type { UnheldConversation } from '@streamfold/ably'
import type { Conversation } from '@streamfold/core'
import type { ShallowRef } from 'vue'
import { getCurrentInstance, shallowRef } from 'vue'
import { whileAlive } from './while-alive.ts'

/** What the store of a conversation last told its subscribers. */
export function useSnapshot(conversation: () => UnheldConversation): Readonly<ShallowRef<Conversation>> {
  const state = shallowRef(firstState(conversation()))
  whileAlive(
    () => conversation().store,
    (store) => {
      const read = () => {
        state.value = store.getSnapshot()
      }
      read()
      return store.subscribe(read)
    },
  )
  return state
}

/** What to render first: on a server, and where its markup is taken over, what the server was given. */
export function firstState({ store, initial }: UnheldConversation): Conversation {
  // Vue gives a vnode its element before its set-up only when it hydrates.
  const hydrates = Boolean(getCurrentInstance()?.vnode.el)
  return hydrates || typeof document === 'undefined' ? initial : store.getSnapshot()
}
