import type { Conversation, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { useProvided } from './opened-conversation.ts'
import type { Current } from './select-state.svelte.ts'
import { selectState } from './select-state.svelte.ts'

/**
 * Reads a value from the provided conversation; its readers are updated when the value changes.
 *
 * @param selector must be pure. It is called with each new state, and again when `$state` that it reads changes. `head` is the branch that is shown, for
 * `selectPath` and other selectors that take one
 * @param isEqual whether two values are equal for this component, which then keeps the first. Default `Object.is`; a selector that creates objects
 * needs another
 */
export function useSelector<Value, T extends MessageTypesOf<T> = MessageTypes>(
  selector: (state: Conversation<T>, head: string | undefined) => Value,
  isEqual: (before: Value, after: Value) => boolean = Object.is,
): Current<Value> {
  let kept: { readonly value: Value } | undefined
  return selectState(useProvided(), (state, { head }) => {
    const value = selector(state as Conversation as Conversation<T>, head(state)) // The types of messages are a product's own view.
    if (!kept || !isEqual(kept.value, value)) kept = { value }
    return kept.value
  })
}
