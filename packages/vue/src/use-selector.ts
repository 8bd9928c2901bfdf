import type { Conversation, MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { ShallowRef } from 'vue'
import { shallowReadonly, shallowRef } from 'vue'
import { useProvided } from './conversation-key.ts'
import { useSnapshot } from './use-snapshot.ts'

/**
 * Reads a value from the provided conversation; the ref changes when the value changes.
 *
 * @param selector must be pure. It is called with each new state, and does not track refs. `head` is the branch that is shown, for `selectPath` and
 * other selectors that take one
 * @param isEqual whether two values are equal for this component, whose ref then keeps the first. Default `Object.is`; a selector that
 * creates objects needs another
 */
export function useSelector<Value, T extends MessageTypesOf<T> = MessageTypes>(
  selector: (state: Conversation<T>, head: string | undefined) => Value,
  isEqual: (before: Value, after: Value) => boolean = Object.is,
): Readonly<ShallowRef<Value>> {
  const conversation = useProvided()
  const kept = shallowRef<Value>()
  let first = true
  useSnapshot(
    () => conversation.value,
    (state) => {
      const value = selector(state as Conversation as Conversation<T>, conversation.value.head(state)) // The types of messages are a product's own view.
      if (!first && isEqual(kept.value as Value, value)) return // It has one after the first.
      first = false
      kept.value = value
    },
  )
  return shallowReadonly(kept) as Readonly<ShallowRef<Value>> // Read before this returns.
}
