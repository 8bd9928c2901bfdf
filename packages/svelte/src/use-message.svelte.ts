import type { Message, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'
import { useProvided } from './opened-conversation.ts'
import type { Current } from './select-state.svelte.ts'
import { selectState } from './select-state.svelte.ts'

export interface UseMessageOptions<T extends MessageTypesOf<T> = MessageTypes> {
  /**
   * Whether two versions of the message are equal for this component, which then keeps the first. Text that is written straight into the page
   * then costs no update. Default: every version differs.
   */
  readonly isEqual?: ((before: Message<T>, after: Message<T>) => boolean) | undefined
}

/**
 * Reads one message of the provided conversation by its id; changes for that message only.
 *
 * @param id a function that returns it, if it comes from a prop: a prompt gets another id when the channel has it
 */
export function useMessage<T extends MessageTypesOf<T> = MessageTypes>(
  id: MaybeGetter<string>,
  { isEqual }: UseMessageOptions<T> = {},
): Current<Message<T> | undefined> {
  const equal = (isEqual ?? Object.is) as (before: Message, after: Message) => boolean // The types of messages are a product's own view.
  // Props are compared as a whole; the id is one of several.
  const name = $derived(valueOf(id))
  let kept: Message | undefined
  const message = selectState(
    useProvided(),
    (state) => {
      const next = selectMessage(state, name)
      if (kept?.id !== next?.id || !kept || !next || !equal(kept, next)) kept = next
      return kept
    },
    ({ store }) => {
      const id = name
      return (changed) => store.subscribeTo(id, changed)
    },
  )
  return message as Current<Message | undefined> as Current<Message<T> | undefined> // Likewise.
}
