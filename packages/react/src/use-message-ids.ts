import type { MessageId } from '@streamfold/client'
import { selectMessageIds } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

/**
 * Reads the keys and ids of the provided conversation's messages: render each with its `key`, read it with `useMessage(id)`.
 * The same array until a message is added or a prompt gets its serial, so a growing response does not render the list.
 */
export function useMessageIds(): readonly MessageId[] {
  const { store, initial } = useProvided()
  const [getSnapshot, getInitial] = useMemo(() => [keeping(store.getSnapshot), keeping(() => initial)] as const, [store, initial])
  return useSyncExternalStore(store.subscribe, getSnapshot, getInitial)
}

function keeping(state: () => Conversation): () => readonly MessageId[] {
  let ids: readonly MessageId[] | undefined
  return () => (ids = selectMessageIds(state(), ids))
}
