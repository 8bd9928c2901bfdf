import type { UnheldConversation } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { getCurrentInstance } from 'vue'
import { whileAlive } from './while-alive.ts'

/**
 * Calls `read` with the state to render first, and then with what the store of the conversation tells its subscribers. What
 * it reads goes into a ref of its own: a ref of the state itself would have every reader looked at with every token.
 */
export function useSnapshot(conversation: () => UnheldConversation, read: (state: Conversation) => void): void {
  read(firstState(conversation()))
  whileAlive(
    () => conversation().store,
    (store) => {
      const tell = () => read(store.getSnapshot())
      tell()
      return store.subscribe(tell)
    },
  )
}

/** What to render first: on a server, and where its markup is taken over, what the server was given. */
export function firstState({ store, initial }: UnheldConversation): Conversation {
  // Vue gives a vnode its element before its set-up only when it hydrates.
  const hydrates = Boolean(getCurrentInstance()?.vnode.el)
  return hydrates || typeof document === 'undefined' ? initial : store.getSnapshot()
}
