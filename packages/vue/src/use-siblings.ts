import type { MessageId } from '@streamfold/client'
import { selectSiblingIds } from '@streamfold/client'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, shallowRef, toValue, watch } from 'vue'
import { useProvided } from './conversation-key.ts'
import { firstState, useSnapshot } from './use-snapshot.ts'

/**
 * Reads the keys and ids of the alternatives of a message of the provided conversation, oldest first, itself among them: the edits of a prompt, or the
 * responses to one. The same array until there is another one, so a growing response does not render the row.
 *
 * @param id of the message
 */
export function useSiblings(id: MaybeRefOrGetter<string>): ComputedRef<readonly MessageId[]> {
  const conversation = useProvided()
  let now = firstState(conversation.value)
  const ids = shallowRef<readonly MessageId[]>([])
  const select = () => void (ids.value = selectSiblingIds(now, toValue(id), ids.value))
  useSnapshot(
    () => conversation.value,
    (state) => {
      now = state
      select()
    },
  )
  // A prompt gets another id when the channel has it.
  watch(() => toValue(id), select, { flush: 'sync' })
  return computed(() => ids.value)
}
