import type { ConnectionStatus, Conversation, Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { onlyTextChanged } from '@streamfold/core/transport'
import { announcement } from './announce.ts'
import { connectionView } from './connection-view.ts'

/** Announces changes of the conversation in a live region. @returns stops announcing */
export function announceIn(region: HTMLElement, store: Store): () => void {
  let before = store.getSnapshot()
  return store.subscribe(() => {
    const after = store.getSnapshot()
    // A token is no announcement, and arrives with every frame.
    const spoken = onlyTextChanged(before, after) ? undefined : news(before, after)
    before = after
    if (spoken !== undefined) region.textContent = spoken
  })
}

function news(before: Conversation, after: Conversation): string | undefined {
  const status = selectConnectionStatus(after)
  const connection = status === selectConnectionStatus(before) ? undefined : spokenConnection(status)
  return announcement(selectMessages(before), selectMessages(after)) ?? connection
}

function spokenConnection(status: ConnectionStatus): string {
  const { text, notice } = connectionView(status, undefined, 0, undefined)
  return `${text}. ${notice ?? ''}`.trim()
}
