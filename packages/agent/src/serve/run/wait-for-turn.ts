import type { Conversation, Message } from '@streamfold/core'
import { isBehind } from '@streamfold/core'
import type { Clock } from '../../clock.ts'
import { sleep } from '@streamfold/core/transport'
import { isUnfinished } from '../prompt/assignment.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import { responsesBefore } from '../prompt/path-to.ts'
import type { Run } from './run.ts'

/** Pause before history is read again for a response that the stream has passed, in milliseconds. */
const READ_AGAIN = 500

export interface WaitOptions {
  readonly conversation: FollowedConversation
  readonly staleAfter: number
  readonly clock: Clock
  /** Ends the wait. */
  readonly over: AbortSignal
}

/**
 * Resolves when the answers to earlier prompts of its branch have ended, those of other agents too, or when `over` aborts. An answer that is idle for
 * `staleAfter` has lost its agent and is not waited for; nor is one that waits for people.
 *
 * @param earlier runs of earlier prompts that this agent has taken
 */
export async function waitForTurn(prompt: Message, earlier: readonly Run[], options: WaitOptions): Promise<void> {
  const { over } = options
  await Promise.race([Promise.all(earlier.map((run) => run.ended)), aborted(over)])
  await waitWhile((now) => responsesBefore(now, prompt), options)
}

/** Resolves when none of the responses that `select` finds is being written, or when `over` aborts. */
export async function waitWhile(
  select: (conversation: Conversation) => readonly Message[],
  { conversation, staleAfter, clock, over }: WaitOptions,
): Promise<void> {
  while (!over.aborted) {
    const now = await conversation.current().catch(() => undefined)
    if (!now) return // Out of reach: the answer itself fails for that reason.
    const writing = select(now).filter((message) => isUnfinished(message) && message.status !== 'waiting')
    const left = Math.max(...writing.map(({ updatedAt }) => updatedAt + staleAfter - clock.now()))
    if (writing.length === 0 || left < 0) return
    if (writing.some(isBehind)) await sleep(clock, READ_AGAIN, over)
    else await conversation.changed(left + 1, over)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
