import type { ConversationView, SharedConversation } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { Conversation, MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import type { ComputedRef, ShallowRef } from 'vue'
import { computed, shallowRef } from 'vue'
import { useProvided } from './conversation-key.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'
import { useSnapshot } from './use-snapshot.ts'

/** The result of `useConversation`: refs, actions, and the core's `store` for your own selectors, the log and the inspector. */
export interface UseConversationResult<T extends MessageTypesOf<T> = MessageTypes>
  extends Refs<ConversationView<T>>, Omit<SharedConversation<T>, 'store'> {
  readonly store: ComputedRef<Store<T>>
}

/**
 * Reads the conversation on a channel.
 * @param options opens the conversation while mounted; without options the nearest `ConversationProvider`'s is used
 */
export function useConversation<T extends MessageTypesOf<T> = MessageTypes>(
  options?: UseConversationOptions<T>,
): UseConversationResult<T> {
  const conversation = options ? useOpened(options as UseConversationOptions) : useProvided() // The types of messages are a product's own view.
  const { refs, read } = trackView((state) => conversation.value.head(state))
  useSnapshot(() => conversation.value, read)
  const actions: Omit<SharedConversation, 'store'> = {
    sendMessage: (prompt, options) => conversation.value.sendMessage(prompt, options),
    answer: (call, decision) => conversation.value.answer(call, decision),
    mayAnswer: (call) => conversation.value.mayAnswer(call),
    edit: (id, text, options) => conversation.value.edit(id, text, options),
    regenerate: (id, options) => conversation.value.regenerate(id, options),
    choose: (message) => conversation.value.choose(message),
    siblings: (id) => conversation.value.siblings(id),
    withdraw: (id) => conversation.value.withdraw(id),
    stop: (target) => conversation.value.stop(target),
    retry: (id) => conversation.value.retry(id),
    loadOlder: () => conversation.value.loadOlder(),
    connect: () => conversation.value.connect(),
    disconnect: () => conversation.value.disconnect(),
  }
  const store = computed(() => conversation.value.store)
  return Object.assign(refs, actions, { store }) as unknown as UseConversationResult<T> // The types of messages are a product's own view.
}

/** Values as computed refs. */
type Refs<Values> = { readonly [Field in keyof Values]: ComputedRef<Values[Field]> }

type Field = keyof ConversationView

const fields = Object.keys(view) as Field[] // `view` is declared with exactly these keys.

/**
 * The values of a view as refs. A value is computed from the first time it is read, so unread values cost nothing per token.
 * @param head the branch that is shown in a state
 */
function trackView(head: (state: Conversation) => string | undefined): {
  readonly refs: Refs<ConversationView>
  readonly read: (state: Conversation) => void
} {
  const seen = new Map<Field, ShallowRef<unknown>>()
  let now: Conversation
  const ref = (field: Field) => {
    const value = shallowRef(view[field](now, head(now)) as unknown)
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
      for (const [field, value] of seen) value.value = view[field](state, head(state))
    },
  }
}
