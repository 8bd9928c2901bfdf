import type { Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { useCallback, useSyncExternalStore } from 'react'
import { useStore } from './use-store.ts'

/** One message of the provided conversation, by its id; the component renders again for that message only. */
export function useMessage(id: string): Message | undefined {
  const store = useStore()
  const subscribe = useCallback((changed: () => void) => store.subscribeTo(id, changed), [store, id])
  const getSnapshot = () => selectMessage(store.getSnapshot(), id)
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot)
}
