import type { ConversationOpener, ConversationView, SharedConversation } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { Conversation, MessageTypes, MessageTypesOf } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

/** The result of `useConversation`: values, actions, and the core's `store` for your own selectors, the log and the inspector. */
export interface UseConversationResult<T extends MessageTypesOf<T> = MessageTypes>
  extends ConversationView<T>, SharedConversation<T> {}

/**
 * Reads the conversation on a channel. The component renders again only for values that it reads from the result.
 * @param options opens the conversation while mounted; without options the nearest `ConversationProvider`'s is used
 */
export function useConversation<T extends MessageTypesOf<T> = MessageTypes>(
  options?: UseConversationOptions<T>,
): UseConversationResult<T> {
  const conversation = useProvided(useOpened(options as UseConversationOptions | undefined)) // The types of messages are a product's own view.
  const [getSnapshot, getInitial] = useMemo(
    () => [trackView(conversation, conversation.store.getSnapshot), trackView(conversation, () => conversation.initial)] as const,
    [conversation],
  )
  const result = useSyncExternalStore(conversation.store.subscribe, getSnapshot, getInitial)
  return result as UseConversationResult<T> // The types of messages are a product's own view.
}

type Field = keyof ConversationView

const fields = Object.keys(view) as Field[] // `view` is declared with exactly these keys.

/**
 * Makes a snapshot function for `useSyncExternalStore`. Its result remembers which values were read from it, and is a new object only if
 * one of those has changed. A component that only sends does not render again for appends.
 */
function trackView(conversation: ConversationOpener, state: () => Conversation): () => UseConversationResult {
  const { initial: _initial, retain: _retain, setOptions: _setOptions, head, ...actions } = conversation
  const seen = new Map<Field, unknown>()

  const valueOf = (field: Field) => {
    const now = state()
    return view[field](now, head(now))
  }
  const read = (field: Field) => {
    const value = valueOf(field)
    // The rendered value counts: a listener may read newer values before React is notified.
    if (!seen.has(field)) seen.set(field, value)
    return value
  }
  const values = Object.fromEntries(fields.map((field) => [field, { enumerable: true, get: () => read(field) }]))
  const create = () => Object.defineProperties({ ...actions } as UseConversationResult, values) // `values` are the missing fields.
  let result = create()

  return () => {
    let changed = false
    for (const [field, known] of seen) {
      const value = valueOf(field)
      if (value === known) continue
      seen.set(field, value)
      changed = true
    }
    if (changed) result = create()
    return result
  }
}
