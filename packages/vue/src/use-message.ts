import type { Message } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { shallowRef, toValue } from 'vue'
import { useStore } from './use-store.ts'
import { whileAlive } from './while-alive.ts'

/** One message of the provided conversation, by its id; the ref changes for that message only. */
export function useMessage(id: MaybeRefOrGetter<string>): Readonly<ShallowRef<Message | undefined>> {
  const store = useStore()
  const message = shallowRef(selectMessage(store.value.getSnapshot(), toValue(id)))
  whileAlive(
    () => ({ store: store.value, id: toValue(id) }),
    ({ store, id }) => {
      message.value = selectMessage(store.getSnapshot(), id)
      return store.subscribeTo(id, (next) => {
        message.value = next
      })
    },
  )
  return message
}
