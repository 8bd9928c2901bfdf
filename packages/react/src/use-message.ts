import type { Conversation, Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

/**
 * One message of the provided conversation, by its id; the component renders again for that message only.
 * @param same whether two versions of it are the same to this component, which then keeps the first and does not render: so
 * text that is written straight into the page costs no rendering. Give the same function with each render. Default: none are.
 */
export function useMessage<H extends HeadersOf<H> = Headers>(
  id: string,
  same?: (before: Message<H>, after: Message<H>) => boolean,
): Message<H> | undefined {
  const { store, initial } = useProvided()
  const [subscribe, getSnapshot, getInitial] = useMemo(() => {
    const equal = same as Same | undefined // Headers are a product's own view.
    return [
      (changed: () => void) => store.subscribeTo(id, changed),
      keeping(store.getSnapshot, id, equal),
      keeping(() => initial, id, equal),
    ] as const
  }, [store, initial, id, same])
  return useSyncExternalStore(subscribe, getSnapshot, getInitial) as Message<H> | undefined // Likewise.
}

type Same = (before: Message, after: Message) => boolean

function keeping(state: () => Conversation, id: string, same: Same = Object.is): () => Message | undefined {
  let kept: Message | undefined
  return () => {
    const message = selectMessage(state(), id)
    if (!kept || !message || !same(kept, message)) kept = message
    return kept
  }
}
