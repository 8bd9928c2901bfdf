import type { ConversationView, SharedConversation, UnheldConversation } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { Conversation, Headers, HeadersOf } from '@streamfold/core'

/** `store` is the core's, for selectors of your own, the log and the inspector; below a `ConversationProvider`, `useStore` gives it. */
export interface UseConversationResult<H extends HeadersOf<H> = Headers> extends ConversationView<H>, SharedConversation<H> {}

type Field = keyof ConversationView

const fields = Object.keys(view) as Field[] // `view` is declared with exactly these keys.

/**
 * A snapshot function for `useSyncExternalStore`, whose result remembers which values were read from it: it is a new one
 * only when one of those has changed. An append is nothing to a component that only sends.
 */
export function trackView(conversation: UnheldConversation, state: () => Conversation): () => UseConversationResult {
  const { initial: _initial, hold: _hold, ...actions } = conversation
  const seen = new Map<Field, unknown>()

  const read = (field: Field) => {
    const value = view[field](state())
    // What was drawn is what counts: a listener may read newer values before React is told.
    if (!seen.has(field)) seen.set(field, value)
    return value
  }
  const values = Object.fromEntries(fields.map((field) => [field, { enumerable: true, get: () => read(field) }]))
  const create = () => Object.defineProperties({ ...actions } as UseConversationResult, values) // `values` are what it lacks.
  let result = create()

  return () => {
    let changed = false
    for (const [field, known] of seen) {
      const value = view[field](state())
      if (value === known) continue
      seen.set(field, value)
      changed = true
    }
    if (changed) result = create()
    return result
  }
}
