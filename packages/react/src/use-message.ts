import type { Conversation, Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

export interface UseMessageOptions<H extends HeadersOf<H> = Headers> {
  /**
   * Whether two versions of the message are equal for this component, which then keeps the first and does not render. Text that is written
   * straight into the page then costs no render. Give the same function with each render. Default: every version differs.
   */
  readonly isEqual?: ((before: Message<H>, after: Message<H>) => boolean) | undefined
}

/** Reads one message of the provided conversation by its id. The component renders again for that message only. */
export function useMessage<H extends HeadersOf<H> = Headers>(id: string, options?: UseMessageOptions<H>): Message<H> | undefined {
  const { store, initial } = useProvided()
  const isEqual = options?.isEqual as IsEqual | undefined // The headers' type is a product's own view.
  const [subscribe, getSnapshot, getInitial] = useMemo(
    () =>
      [
        (changed: () => void) => store.subscribeTo(id, changed),
        keeping(store.getSnapshot, id, isEqual),
        keeping(() => initial, id, isEqual),
      ] as const,
    [store, initial, id, isEqual],
  )
  return useSyncExternalStore(subscribe, getSnapshot, getInitial) as Message<H> | undefined // The headers' type is a product's own view.
}

type IsEqual = (before: Message, after: Message) => boolean

function keeping(state: () => Conversation, id: string, isEqual: IsEqual = Object.is): () => Message | undefined {
  let kept: Message | undefined
  return () => {
    const message = selectMessage(state(), id)
    if (!kept || !message || !isEqual(kept, message)) kept = message
    return kept
  }
}
