import type { Conversation, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { useRef, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'

/**
 * Reads a value from the provided conversation; the component renders again when the value changes.
 *
 * @param selector must be pure; it may be a new function with each render. `head` is the branch that is shown, for `selectPath` and other selectors
 * that take one
 * @param isEqual whether two values are equal for this component, which then keeps the first and does not render. Default `Object.is`;
 * a selector that creates objects needs another
 */
export function useSelector<Value, T extends MessageTypesOf<T> = MessageTypes>(
  selector: (state: Conversation<T>, head: string | undefined) => Value,
  isEqual: (before: Value, after: Value) => boolean = Object.is,
): Value {
  const { store, initial, head } = useProvided()
  const kept = useRef<{ readonly value: Value }>(undefined)
  const select = (state: Conversation): Value => {
    const value = selector(state as Conversation as Conversation<T>, head(state)) // The types of messages are a product's own view.
    if (kept.current && isEqual(kept.current.value, value)) return kept.current.value
    kept.current = { value }
    return value
  }
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.getSnapshot()),
    () => select(initial),
  )
}
