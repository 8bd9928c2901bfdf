import type { ConnectionStatus, Conversation, Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessage, selectMessages, selectWaiting } from '@streamfold/core'
import { onlyTextChanged } from '@streamfold/core/transport'
import { announcement, toolAnnouncement } from './announce.ts'
import { connectionView } from './connection-view.ts'

/** Announces changes of the conversation in a live region. @returns stops announcing */
export function announceIn(region: HTMLElement, store: Store): () => void {
  let before = store.getSnapshot()
  return store.subscribe(() => {
    const after = store.getSnapshot()
    // A token is no announcement, and arrives with every frame.
    const spoken = (onlyTextChanged(before, after) ? undefined : news(before, after)) ?? toolNews(before, after)
    before = after
    if (spoken !== undefined) region.textContent = spoken
  })
}

function news(before: Conversation, after: Conversation): string | undefined {
  const status = selectConnectionStatus(after)
  const connection = status === selectConnectionStatus(before) ? undefined : spokenConnection(status)
  return announcement(selectMessages(before), selectMessages(after)) ?? connection
}

/** Parts are text to the fold. Only answers that grow are looked at, because this runs with every frame. */
function toolNews(before: Conversation, after: Conversation): string | undefined {
  const waiting = selectWaiting(before).map(({ message }) => message.id)
  for (const id of new Set([...before.context.open, ...waiting])) {
    const message = selectMessage(after, id)
    const spoken = message && toolAnnouncement(selectMessage(before, id), message)
    if (spoken !== undefined) return spoken
  }
  return undefined
}

function spokenConnection(status: ConnectionStatus): string {
  const { text, notice } = connectionView(status, undefined, 0, undefined)
  return `${text}. ${notice ?? ''}`.trim()
}
