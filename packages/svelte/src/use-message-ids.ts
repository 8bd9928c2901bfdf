import type { MessageId, MessageOrder } from '@streamfold/client'
import { selectMessageIds } from '@streamfold/client'
import { useProvided } from './opened-conversation.ts'
import type { Current } from './select-state.svelte.ts'
import { selectState } from './select-state.svelte.ts'

/**
 * Reads the keys and ids of the messages of the branch that is shown: render each with its `key`, read it with `useMessage(() => id)`.
 * The same array until a message is added or a prompt gets its serial, so a growing response does not render the list.
 *
 * @param options.order `replies`: each response directly behind its prompt. Default: `channel`, as they were published
 */
export function useMessageIds({ order }: { readonly order?: MessageOrder } = {}): Current<readonly MessageId[]> {
  let known: readonly MessageId[] | undefined
  return selectState(useProvided(), (state, { head }) => (known = selectMessageIds(state, known, head(state), order)))
}
