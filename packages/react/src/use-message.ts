import type { Conversation, Message, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

export interface UseMessageOptions<T extends MessageTypesOf<T> = MessageTypes> {
  /**
   * Whether two versions of the message are equal for this component, which then keeps the first and does not render. Text that is written
   * straight into the page then costs no render. Give the same function with each render. Default: every version differs.
   */
  readonly isEqual?: ((before: Message<T>, after: Message<T>) => boolean) | undefined
}

/** Reads one message of the provided conversation by its id. The component renders again for that message only. */
export function useMessage<T extends MessageTypesOf<T> = MessageTypes>(
  id: string,
  options?: UseMessageOptions<T>,
): Message<T> | undefined {
  const { store, initial } = useProvided()
  const isEqual = options?.isEqual as IsEqual | undefined // The types of messages are a product's own view.
  const [subscribe, getSnapshot, getInitial] = useMemo(
    () =>
      [
        (changed: () => void) => store.subscribeTo(id, changed),
        keeping(store.getSnapshot, id, isEqual),
        keeping(() => initial, id, isEqual),
      ] as const,
    [store, initial, id, isEqual],
  )
  return useSyncExternalStore(subscribe, getSnapshot, getInitial) as Message<T> | undefined // The types of messages are a product's own view.
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
