import { isBehind, selectMessages } from '@streamfold/core'
import type { Clock } from '../clock.ts'
import { sleep } from '@streamfold/core/transport'
import { isUnfinished } from './assignment.ts'
import type { FollowedConversation } from './followed-conversation.ts'
import type { Run } from './run.ts'

/** Pause before history is read again for a response that the stream has passed, in milliseconds. */
const READ_AGAIN = 500

/**
 * Resolves when the answers to earlier prompts have ended, those of other agents too, or when `over` aborts. An answer that is idle for
 * `staleAfter` has lost its agent and is not waited for.
 */
export async function waitForTurn(
  promptSerial: string,
  earlier: readonly Run[],
  conversation: FollowedConversation,
  { staleAfter, clock, over }: { readonly staleAfter: number; readonly clock: Clock; readonly over: AbortSignal },
): Promise<void> {
  await Promise.all(earlier.map((run) => run.ended))
  while (!over.aborted) {
    const now = await conversation.current().catch(() => undefined)
    if (!now) return // Out of reach: the answer itself fails for that reason.
    const writing = selectMessages(now).filter(
      (message) =>
        isUnfinished(message) && message.status !== 'waiting' && message.replyTo !== undefined && message.replyTo < promptSerial,
    )
    const left = Math.max(...writing.map(({ updatedAt }) => updatedAt + staleAfter - clock.now()))
    if (writing.length === 0 || left < 0) return
    if (writing.some(isBehind)) await sleep(clock, READ_AGAIN, over)
    else await conversation.changed(left + 1, over)
  }
}
