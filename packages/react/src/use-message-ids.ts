import type { MessageId } from '@streamfold/ably'
import { selectMessageIds } from '@streamfold/ably'
import { useMemo, useSyncExternalStore } from 'react'
import { useStore } from './use-store.ts'

/**
 * Keys and ids of the messages of the provided conversation: render each with its `key`, read it with `useMessage(id)`.
 * The same array until a message is added or a prompt gets its serial, so a growing response does not render the list.
 */
export function useMessageIds(): readonly MessageId[] {
  const store = useStore()
  const getSnapshot = useMemo(() => {
    let ids: readonly MessageId[] | undefined
    return () => (ids = selectMessageIds(store.getSnapshot(), ids))
  }, [store])
  return useSyncExternalStore(store.subscribe, getSnapshot, getSnapshot)
}
