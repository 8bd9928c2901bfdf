import type { ShownMessage, ShownStatus } from '../../layer.ts'
import type { UIPart } from '../shown-parts.ts'
import { shownParts } from '../shown-parts.ts'

/** What `useChat` of any release gives to a page. */
interface Chat {
  readonly messages: readonly { readonly role: string; readonly parts: readonly UIPart[] }[]
  readonly status: 'submitted' | 'streaming' | 'ready' | 'error'
}

/** Its status speaks of the newest answer; all others have ended. */
export function shownChat({ messages, status }: Chat): ShownMessage[] {
  return messages.map(({ role, parts }, at) => ({
    role: role === 'user' ? 'user' : 'assistant',
    status: role === 'user' || at < messages.length - 1 ? 'complete' : statusOf(status, parts),
    parts: shownParts(parts),
  }))
}

function statusOf(status: Chat['status'], parts: readonly UIPart[]): ShownStatus {
  if (status === 'error') return 'cut'
  if (status !== 'ready') return 'going'
  return parts.some(({ state }) => state === 'approval-requested') ? 'waiting' : 'complete'
}
