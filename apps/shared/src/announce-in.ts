import type { ConnectionStatus, Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { announcement } from './announce.ts'
import { connectionView } from './connection-view.ts'

/** Says in a live region what happens to the conversation. @returns the way to stop. */
export function announceIn(region: HTMLElement, store: Store): () => void {
  let before = selectMessages(store.getSnapshot())
  let connection = selectConnectionStatus(store.getSnapshot())
  return store.subscribe(() => {
    const after = selectMessages(store.getSnapshot())
    const status = selectConnectionStatus(store.getSnapshot())
    const spoken = announcement(before, after) ?? (status === connection ? undefined : spokenConnection(status))
    before = after
    connection = status
    if (spoken !== undefined) region.textContent = spoken
  })
}

function spokenConnection(status: ConnectionStatus): string {
  const { text, notice } = connectionView(status, undefined, 0, undefined)
  return `${text}. ${notice ?? ''}`.trim()
}
