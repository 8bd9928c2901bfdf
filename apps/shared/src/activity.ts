import type { ConnectionStatus, Conversation, ConversationStatus } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'

/** What the agent is doing, for beside the box: always in sight, however long the answer. Empty when there is nothing to stop. */
export function activity(status: ConversationStatus, connection: ConnectionStatus, stalled: boolean): string {
  if (status !== 'streaming' && status !== 'submitted' && !stalled) return ''
  if (connection === 'offline' || connection === 'disconnected' || connection === 'failed') return 'May still be streaming'
  if (stalled) return 'Nothing new for a while'
  return status === 'streaming' ? 'Streaming' : 'Waiting for the agent'
}

/** How far back an answer can be that is still being written. */
const near = 20

/** Whether what is being written has gone silent and may go on: it can still be stopped. */
export function hasStalled(state: Conversation): boolean {
  const last = selectMessages(state).slice(-near)
  return last.some(({ status }) => status === 'stalled') && !last.some(({ status }) => status === 'streaming')
}
