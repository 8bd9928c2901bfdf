import type { PromptState } from '@streamfold/core'
import { selectPromptStates } from '@streamfold/core'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, toValue } from 'vue'
import { useSelector } from './use-selector.ts'

/**
 * Reads what has become of one prompt of the provided conversation, by the `id` of its message; undefined if it is no prompt. The ref changes only
 * when that changes.
 */
export function usePromptState(id: MaybeRefOrGetter<string>): ComputedRef<PromptState | undefined> {
  const states = useSelector(selectPromptStates)
  return computed(() => states.value.get(toValue(id)))
}
