import type { Conversation } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { selectError } from '../open/conversation-view.ts'
import type { SharedConversation } from '../open/open-conversation.ts'
import { until } from './until.ts'

type History = Pick<SharedConversation, 'store' | 'loadOlder'>

/**
 * Resolves once the newest page of history was read, for a caller that has retained the conversation; with undefined if `signal` aborts.
 * @throws Error if the channel or the connection has failed
 */
export async function readNewest(
  { store }: Pick<History, 'store'>,
  signal: AbortSignal | undefined,
): Promise<Conversation | undefined> {
  const state = await until(store, (now) => (['live', 'failed'].includes(selectConnectionStatus(now)) ? now : undefined), signal)
  if (state && selectConnectionStatus(state) === 'failed') throw new Error(selectError(state))
  return state
}

/**
 * Reads the newest page, and older ones until `isEnough` or until there are no more of them.
 * @throws Error as `readNewest`, or the reason of the abort; ConversationError `older-unread`
 */
export async function readOlder(history: History, isEnough: () => boolean, signal: AbortSignal | undefined): Promise<void> {
  let before: number | undefined
  for (;;) {
    const state = await readNewest(history, signal)
    signal?.throwIfAborted()
    if (!state) return
    const count = selectMessages(state).length
    // A page that brought nothing was that of an attachment before this one, which has read its newest page by now.
    if (isEnough() || !state.context.hasOlder || count === before) return
    before = count
    await history.loadOlder()
  }
}
