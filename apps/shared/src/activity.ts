import type { ConnectionStatus, ConversationStatus } from '@streamfold/core'

/** What the agent is doing, for beside the box: always in sight, however long the answer. Empty when there is nothing to stop. */
export function activity(status: ConversationStatus, connection: ConnectionStatus): string {
  if (status !== 'streaming' && status !== 'submitted') return ''
  if (connection === 'offline' || connection === 'disconnected' || connection === 'failed') return 'May still be streaming'
  return status === 'streaming' ? 'Streaming' : 'Waiting for the agent'
}
