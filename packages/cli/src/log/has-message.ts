import type { Conversation } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'

/** Whether a conversation has a message, by its id or key. */
export function hasMessage(state: Conversation, name: string): boolean {
  return selectMessages(state).some(({ id, key }) => id === name || key === name)
}
