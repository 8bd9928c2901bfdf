import type { ConnectionStatus, Conversation, ConversationStatus } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'

/** What the agent is doing, for beside the box: always in sight, however long the answer. Empty when there is nothing to stop. */
export function activity(status: ConversationStatus, connection: ConnectionStatus, stalled: boolean): string {
  if (status !== 'streaming' && status !== 'submitted' && !stalled) return ''
  if (connection === 'offline' || connection === 'disconnected' || connection === 'failed') return 'May still be streaming'
  if (stalled) return 'Nothing new for a while'
  return status === 'streaming' ? 'Streaming' : 'Waiting for the agent'
}

/** Whether what is being written has gone silent and may go on: it can still be stopped. */
export function hasStalled(state: Conversation): boolean {
  const statuses = new Set(state.context.open.map((serial) => selectMessage(state, serial)?.status))
  return statuses.has('stalled') && !statuses.has('streaming')
}
