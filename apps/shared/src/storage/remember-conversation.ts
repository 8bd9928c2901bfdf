import type { FilePart, Message, Store } from '@streamfold/core'
import { selectConnectionStatus, selectPath, selectStatus } from '@streamfold/core'
import { decisionsDue } from '../chat/decisions.ts'
import { isSettled } from '../chat/message-view.ts'
import { texts } from '../chat/texts.ts'
import { lastWords } from './last-words.ts'
import { currentPerson } from './person.ts'
import { markConversation, noteConversation, oneLine, savedConversations } from './saved-conversations.ts'
import { storeMessages } from './stored-messages.ts'

/**
 * Stores the title, the time, the marks and the last messages of a conversation on this device.
 *
 * @param shown whether the page shows the conversation, or only follows it for the list
 * @returns stops it
 */
export function rememberConversation(store: Store, id: string, shown = true): () => void {
  const { clientId } = currentPerson()
  let count = 0
  let newest: Message | undefined

  // The newest state, even while the page shows an earlier moment.
  const note = () => {
    const state = store.getState()
    const messages = selectPath(state)
    const last = messages.at(-1)
    if (!last) return
    const status = selectStatus(state)
    const busy = status === 'streaming' || status === 'submitted'
    const waiting = decisionsDue(state, clientId).length > 0
    // A stored state does not know what has gone on since, so it removes no mark.
    const live = selectConnectionStatus(state) === 'live'
    const marks = {
      ...((busy || live) && { busy: busy || undefined }),
      ...((waiting || live) && { waiting: waiting || undefined }),
    }
    // A growing message is stored after it has ended, not with every token.
    if (count === messages.length && newest?.id === last.id && newest.status === last.status) {
      markConversation(id, marks)
      return
    }
    count = messages.length
    newest = last
    const first = messages.find(({ role }) => role === 'user')
    noteConversation(id, oneLine(first?.text ?? '') || fileName(first) || texts.untitled, last.createdAt)
    // An answer that still grows is no news.
    const news = last.clientId !== clientId && (isSettled(last) || last.status === 'waiting')
    markConversation(id, { ...marks, last: lastWords(messages), ...(news && { saidAt: last.updatedAt }), ...seen(last) })
    storeMessages(id, state)
  }
  // Another device may know of later activity, as on another branch: it is seen too.
  const seen = ({ updatedAt }: Message) => {
    if (!shown || document.hidden) return {}
    const { saidAt = 0 } = savedConversations().find((one) => one.id === id) ?? {}
    return { shownAt: Math.max(updatedAt, saidAt) }
  }
  const look = () => {
    if (newest) markConversation(id, seen(newest))
  }
  // Also in mid-stream, so that a reload shows the text at once.
  const leave = () => {
    if (newest) storeMessages(id, store.getState())
  }

  note()
  const stop = store.subscribe(note)
  addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', look)
  return () => {
    stop()
    removeEventListener('pagehide', leave)
    document.removeEventListener('visibilitychange', look)
  }
}

/** The name of the first file of a prompt that is files alone. */
function fileName(prompt: Message | undefined): string {
  const file = prompt?.parts.find((part): part is FilePart => part.type === 'file')
  return oneLine(file?.filename ?? '')
}
