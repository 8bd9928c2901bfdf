import { countAfter } from '@streamfold/app-shared'
import { useMessageIds } from '@streamfold/vue'
import type { ComputedRef } from 'vue'
import { computed, shallowRef, watch } from 'vue'

/** How many messages came since the reader left the end. */
export function useUnread(following: () => boolean): ComputedRef<number> {
  const ids = useMessageIds()
  const read = shallowRef<string>()
  watch(
    [following, ids],
    ([following, ids]) => {
      if (following) read.value = ids.at(-1)?.key
    },
    { immediate: true },
  )
  return computed(() => (following() ? 0 : countAfter(ids.value, read.value)))
}
