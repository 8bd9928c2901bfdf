import type { Conversation } from '@streamfold/core'
import { selectPath } from '@streamfold/core'

/** The open responses of a branch. @param head as for `selectPath` */
export function openOnPath(state: Conversation, head: string | undefined): readonly string[] {
  const { open } = state.context
  if (open.length === 0) return open
  return open.filter(isOnPath(state, head))
}

/** Whether messages are on a branch. @param head as for `selectPath` */
export function isOnPath(state: Conversation, head: string | undefined): (id: string) => boolean {
  const path = selectPath(state, head)
  // Open and waiting responses are at the end of a branch.
  return (id) => path.findLast((message) => message.id === id) !== undefined
}
