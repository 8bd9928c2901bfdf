import type { ConnectionStatus, Conversation, ConversationStatus } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { steerKeys } from '../input/keyboard.ts'
import { openOnPath } from './open-on-path.ts'
import { texts } from './texts.ts'

/** The agent's activity, shown beside the box so that it is always in sight. Empty when there is nothing to stop. */
export function activity(status: ConversationStatus, connection: ConnectionStatus, stalled: boolean): string {
  if (status !== 'streaming' && status !== 'submitted' && !stalled) return ''
  if (connection === 'offline' || connection === 'disconnected' || connection === 'failed') return 'May still be streaming'
  if (stalled) return 'Nothing new for a while'
  return status === 'streaming' ? 'Streaming' : 'Waiting for the agent'
}

/** What the keys do while an answer is written. */
export function nextHint(canSteer: boolean): string {
  return canSteer ? `${texts.nextHint}, ${steerKeys()} ${texts.steerHint}` : texts.nextHint
}

/** How many decisions of the reader are due, in words. */
export function waitingText(count: number): string {
  return count === 1 ? texts.ask.one : `${count} ${texts.ask.several}`
}

/** Whether an open response of a branch is stalled: it may continue, and it can still be stopped. @param head as for `selectPath` */
export function hasStalled(state: Conversation, head?: string): boolean {
  const statuses = new Set(openOnPath(state, head).map((serial) => selectMessage(state, serial)?.status))
  return statuses.has('stalled') && !statuses.has('streaming')
}
