import type { Headers, HeadersOf, Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue } from 'vue'
import { useProvided } from './conversation-key.ts'
import { firstState } from './use-snapshot.ts'
import { whileAlive } from './while-alive.ts'

/** One message of the provided conversation, by its id; the ref changes for that message only. */
export function useMessage<H extends HeadersOf<H> = Headers>(
  id: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<Message<H> | undefined>> {
  const conversation = useProvided()
  const message = shallowRef(selectMessage(firstState(conversation.value), toValue(id)))
  whileAlive(
    () => ({ store: conversation.value.store, id: toValue(id) }),
    ({ store, id }) => {
      message.value = selectMessage(store.getSnapshot(), id)
      return store.subscribeTo(id, (next) => {
        message.value = next
      })
    },
  )
  return message as ShallowRef as ShallowRef<Message<H> | undefined> // Headers are a product's own view.
}
