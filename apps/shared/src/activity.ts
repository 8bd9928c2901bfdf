import type { ConversationStatus } from '@streamfold/core'

/** What the agent is doing, for beside the box: always in sight, however long the answer. Empty when there is nothing to stop. */
export function activity(status: ConversationStatus): string {
  if (status === 'submitted') return 'Waiting for the agent'
  return status === 'streaming' ? 'Streaming' : ''
}
