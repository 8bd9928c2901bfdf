import type { PromptState } from '@streamfold/core'
import { selectPromptStates } from '@streamfold/core'
import { useSelector } from './use-selector.ts'

/**
 * Reads what has become of one prompt of the provided conversation, by the `id` of its message; undefined if it is no prompt. The component
 * renders again only when that changes.
 */
export function usePromptState(id: string): PromptState | undefined {
  return useSelector((state) => selectPromptStates(state).get(id))
}
