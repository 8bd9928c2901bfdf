import type { Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue } from 'vue'
import { useProvided } from './conversation-key.ts'
import { firstState } from './use-snapshot.ts'
import { whileAlive } from './while-alive.ts'

/**
 * One message of the provided conversation, by its id; the ref changes for that message only.
 * @param same whether two versions of it are the same to this component, whose ref then keeps the first: so text that is
 * written straight into the page costs no rendering. Default: none are.
 */
export function useMessage<H extends HeadersOf<H> = Headers>(
  id: MaybeRefOrGetter<string>,
  same?: (before: Message<H>, after: Message<H>) => boolean,
): Readonly<ShallowRef<Message<H> | undefined>> {
  const conversation = useProvided()
  const equal = (same ?? Object.is) as (before: Message, after: Message) => boolean // Headers are a product's own view.
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
