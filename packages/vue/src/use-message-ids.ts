import type { MessageId, MessageOrder } from '@streamfold/client'
import { selectMessageIds } from '@streamfold/client'
import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import { useProvided } from './conversation-key.ts'
import { useSnapshot } from './use-snapshot.ts'

/**
 * Reads the keys and ids of the messages of the branch that is shown: render each with its `key`, read it with `useMessage(id)`.
 * The same array until a message is added or a prompt gets its serial, so a growing response does not render the list.
 *
 * @param options.order `replies`: each response directly behind its prompt. Default: `channel`, as they were published
 */
export function useMessageIds({ order }: { readonly order?: MessageOrder } = {}): ComputedRef<readonly MessageId[]> {
  const conversation = useProvided()
  const ids = shallowRef<readonly MessageId[]>([])
  useSnapshot(
    () => conversation.value,
    (state) => {
      ids.value = selectMessageIds(state, ids.value, conversation.value.head(state), order)
    },
  )
  return computed(() => ids.value)
}
