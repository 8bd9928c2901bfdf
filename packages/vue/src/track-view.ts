import type { ConversationView } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import type { ComputedRef, ShallowRef } from 'vue'
import { computed, shallowRef } from 'vue'

/** Values as computed refs. */
export type Refs<Values> = { readonly [Field in keyof Values]: ComputedRef<Values[Field]> }

type Field = keyof ConversationView

const fields = Object.keys(view) as Field[] // `view` is declared with exactly these keys.

/** The values of a view as refs. A value is computed from the first time it is read, so unread values cost nothing per token. */
export function trackView(): { readonly refs: Refs<ConversationView>; readonly read: (state: Conversation) => void } {
  const seen = new Map<Field, ShallowRef<unknown>>()
  let now: Conversation
  const ref = (field: Field) => {
    const value = shallowRef(view[field](now) as unknown)
    seen.set(field, value)
    return computed(() => value.value)
  }
  const lazily = (field: Field) => {
    let known: ComputedRef<unknown> | undefined
    return { enumerable: true, get: () => (known ??= ref(field)) }
  }
  return {
    refs: Object.defineProperties(
      {} as Refs<ConversationView>,
      Object.fromEntries(fields.map((field) => [field, lazily(field)])),
    ), // The missing fields.
    read(state) {
      now = state
      for (const [field, value] of seen) value.value = view[field](state)
    },
  }
}
