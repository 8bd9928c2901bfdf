import type { Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue } from 'vue'
import { useProvided } from './conversation-key.ts'
import { firstState } from './use-snapshot.ts'
import { whileAlive } from './while-alive.ts'

export interface UseMessageOptions<H extends HeadersOf<H> = Headers> {
  /**
   * Whether two versions of the message are equal for this component, whose ref then keeps the first. Text that is written straight into the
   * page then costs no render. Default: every version differs.
   */
  readonly isEqual?: ((before: Message<H>, after: Message<H>) => boolean) | undefined
}

/** Reads one message of the provided conversation by its id. The ref changes for that message only. */
export function useMessage<H extends HeadersOf<H> = Headers>(
  id: MaybeRefOrGetter<string>,
  { isEqual }: UseMessageOptions<H> = {},
): Readonly<ShallowRef<Message<H> | undefined>> {
  const conversation = useProvided()
  const equal = (isEqual ?? Object.is) as (before: Message, after: Message) => boolean // The headers' type is a product's own view.
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
  return message as ShallowRef as ShallowRef<Message<H> | undefined> // Likewise.
}
