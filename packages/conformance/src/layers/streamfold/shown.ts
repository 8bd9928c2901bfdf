import type { Message } from '@streamfold/core'
import type { ShownMessage, ShownStatus } from '../../layer.ts'
import { shownParts } from '../shown-parts.ts'

const statuses: Readonly<Record<string, ShownStatus>> = {
  sending: 'going',
  streaming: 'going',
  // It may go on.
  stalled: 'going',
  waiting: 'waiting',
  complete: 'complete',
  cancelled: 'stopped',
  failed: 'cut',
  abandoned: 'cut',
}

/** Messages of `useConversation`. */
export function shownMessages(messages: readonly Message[]): ShownMessage[] {
  return messages
    .filter(({ status }) => status !== 'deleted')
    .map(({ role, status, parts }) => ({ role, status: statusOf(status), parts: shownParts(parts) }))
}

export function statusOf(status: string | undefined): ShownStatus {
  return statuses[status ?? ''] ?? 'going'
}
