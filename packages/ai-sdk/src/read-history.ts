import { ConversationError, selectError, type ConversationOpener } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { until } from './until.ts'

type History = Pick<ConversationOpener, 'store' | 'loadOlder'>

/** Options of `loadMessages`. */
export interface LoadOptions {
  /**
   * How many messages are wanted. Older pages of history are read until the branch that is shown has so many, and no more of them. Default: the messages
   * that are known once the newest page was read, whose size is the option `history`.
   */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** @throws ConversationError `wrong-argument`, for a limit that is no number of messages */
export function loadOptions(given: AbortSignal | LoadOptions = {}): LoadOptions {
  const { limit, signal } = 'aborted' in given ? { limit: undefined, signal: given } : given
  if (limit !== undefined && !(typeof limit === 'number' && limit >= 1))
    throw new ConversationError(
      'wrong-argument',
      `unable to load the messages; \`limit\` is ${String(limit)}: give how many are wanted, 1 or more`,
    )
  return { limit, signal }
}

/** Resolves once the newest page was read; with undefined if `signal` aborts. @throws Error if the channel or the connection has failed */
export async function readHistory({ store }: History, signal: AbortSignal | undefined): Promise<Conversation | undefined> {
  const state = await until(store, (now) => (['live', 'failed'].includes(selectConnectionStatus(now)) ? now : undefined), signal)
  if (state && selectConnectionStatus(state) === 'failed') throw new Error(selectError(state))
  return state
}

/** Reads the newest page, and older ones until `isEnough`. @throws as `readHistory`; ConversationError `older-unread` */
export async function readOlder(history: History, isEnough: () => boolean, signal: AbortSignal | undefined): Promise<void> {
  let before: number | undefined
  for (;;) {
    const state = await readHistory(history, signal)
    signal?.throwIfAborted()
    if (!state) return
    const count = selectMessages(state).length
    // A page that brought nothing was that of an attachment before this one, which has read its newest page by now.
    if (isEnough() || !state.context.hasOlder || count === before) return
    before = count
    await history.loadOlder()
  }
}
