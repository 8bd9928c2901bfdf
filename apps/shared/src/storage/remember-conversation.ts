import type { Message, Store } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { decisionsDue } from '../chat/decisions.ts'
import { currentPerson } from './person.ts'
import { markWaiting, noteConversation, oneLine } from './saved-conversations.ts'
import { storeMessages } from './stored-messages.ts'
import { texts } from '../chat/texts.ts'

/** Stores the title, the time and the last messages of a conversation on this device. @returns stops it */
export function rememberConversation(store: Store, id: string): () => void {
  let count = 0
  let newest: Message | undefined

  // The newest state, even while the page shows an earlier moment.
  const note = () => {
    const messages = selectMessages(store.getState())
    const last = messages.at(-1)
    if (last) markWaiting(id, decisionsDue(store.getState(), currentPerson().clientId).length > 0)
    // A growing message is stored after it has ended, not with every token.
    if (!last || (count === messages.length && newest?.id === last.id && newest.status === last.status)) return
    count = messages.length
    newest = last
    const first = messages.find(({ role }) => role === 'user')
    noteConversation(id, oneLine(first?.text ?? '') || texts.untitled, last.createdAt)
    storeMessages(id, store.getState())
  }
  // Also in mid-stream, so that a reload shows the text at once.
  const leave = () => {
    if (newest) storeMessages(id, store.getState())
  }

  note()
  const stop = store.subscribe(note)
  addEventListener('pagehide', leave)
  return () => {
    stop()
    removeEventListener('pagehide', leave)
  }
}
