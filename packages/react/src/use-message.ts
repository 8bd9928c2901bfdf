import type { Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { useCallback, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

/** One message of the provided conversation, by its id; the component renders again for that message only. */
export function useMessage<H extends HeadersOf<H> = Headers>(id: string): Message<H> | undefined {
  const { store, initial } = useProvided()
  const subscribe = useCallback((changed: () => void) => store.subscribeTo(id, changed), [store, id])
  const message = useSyncExternalStore(
    subscribe,
    () => selectMessage(store.getSnapshot(), id),
    () => selectMessage(initial, id),
  )
  return message as Message<H> | undefined // Headers are a product's own view.
}
