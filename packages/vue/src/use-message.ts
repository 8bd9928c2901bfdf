import type { Message, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue } from 'vue'
import { useProvided } from './conversation-key.ts'
import { firstState } from './use-snapshot.ts'
import { whileAlive } from './while-alive.ts'

export interface UseMessageOptions<T extends MessageTypesOf<T> = MessageTypes> {
  /**
   * Whether two versions of the message are equal for this component, whose ref then keeps the first. Text that is written straight into the
   * page then costs no render. Default: every version differs.
   */
  readonly isEqual?: ((before: Message<T>, after: Message<T>) => boolean) | undefined
}

/** Reads one message of the provided conversation by its id. The ref changes for that message only. */
export function useMessage<T extends MessageTypesOf<T> = MessageTypes>(
  id: MaybeRefOrGetter<string>,
  { isEqual }: UseMessageOptions<T> = {},
): Readonly<ShallowRef<Message<T> | undefined>> {
  const conversation = useProvided()
  const equal = (isEqual ?? Object.is) as (before: Message, after: Message) => boolean // The types of messages are a product's own view.
  const message = shallowRef(selectMessage(firstState(conversation.value), toValue(id)))
  whileAlive(
    () => ({ store: conversation.value.store, id: toValue(id) }),
    ({ store, id }) => {
      message.value = selectMessage(store.getSnapshot(), id)
      return store.subscribeTo(id, (next) => {
        const kept = message.value
        if (!kept || !next || !equal(kept, next)) message.value = next
      })
    },
  )
  return message as ShallowRef as ShallowRef<Message<T> | undefined> // Likewise.
}
