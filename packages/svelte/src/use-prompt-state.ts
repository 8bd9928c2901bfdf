import type { PromptState } from '@streamfold/core'
import { selectPromptStates } from '@streamfold/core'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'
import type { Current } from './select-state.svelte.ts'
import { useSelector } from './use-selector.ts'

/** Reads what has become of one prompt of the provided conversation, by the `id` of its message; undefined if it is no prompt. */
export function usePromptState(id: MaybeGetter<string>): Current<PromptState | undefined> {
  return useSelector((state) => selectPromptStates(state).get(valueOf(id)))
}
