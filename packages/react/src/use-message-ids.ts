import type { ConversationOpener, MessageId, MessageOrder } from '@streamfold/client'
import { selectMessageIds } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

/**
 * Reads the keys and ids of the messages of the branch that is shown: render each with its `key`, read it with `useMessage(id)`.
 * The same array until a message is added or a prompt gets its serial, so a growing response does not render the list.
 *
 * @param options.order `replies`: each response directly behind its prompt. Default: `channel`, as they were published
 */
export function useMessageIds({ order }: { readonly order?: MessageOrder } = {}): readonly MessageId[] {
  const conversation = useProvided()
  const [getSnapshot, getInitial] = useMemo(
    () =>
      [
        keeping(conversation, conversation.store.getSnapshot, order),
        keeping(conversation, () => conversation.initial, order),
      ] as const,
    [conversation, order],
  )
  return useSyncExternalStore(conversation.store.subscribe, getSnapshot, getInitial)
}

function keeping(
  { head }: ConversationOpener,
  state: () => Conversation,
  order: MessageOrder | undefined,
): () => readonly MessageId[] {
  let ids: readonly MessageId[] | undefined
  return () => {
    const now = state()
    return (ids = selectMessageIds(now, ids, head(now), order))
  }
}
