import type { ConversationOpener } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { getCurrentInstance } from 'vue'
import { whileAlive } from './while-alive.ts'

/**
 * Calls `read` with the state to render first, and then with each new snapshot of the conversation's store. `read` writes into refs of
 * its own: a ref of the state itself would make Vue check every reader for every token.
 */
export function useSnapshot(conversation: () => ConversationOpener, read: (state: Conversation) => void): void {
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

/** The state to render first: on a server and during hydration the state that the server has. */
export function firstState({ store, initial }: ConversationOpener): Conversation {
  // Vue gives a vnode its element before set-up only when it hydrates.
  const hydrates = Boolean(getCurrentInstance()?.vnode.el)
  return hydrates || typeof document === 'undefined' ? initial : store.getSnapshot()
}
