import { ConversationError } from '@streamfold/client'

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
