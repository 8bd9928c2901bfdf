import type { MessageId } from '@streamfold/client'
import { selectSiblingIds } from '@streamfold/client'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'
import type { Current } from './select-state.svelte.ts'
import { useSelector } from './use-selector.ts'

/**
 * Reads the keys and ids of the alternatives of a message of the provided conversation, oldest first, itself among them: the edits of a prompt, or the
 * responses to one. The same array until there is another one, so a growing response does not render the row.
 *
 * @param id of the message
 */
export function useSiblings(id: MaybeGetter<string>): Current<readonly MessageId[]> {
  let known: readonly MessageId[] | undefined
  return useSelector((state) => (known = selectSiblingIds(state, valueOf(id), known)))
}
