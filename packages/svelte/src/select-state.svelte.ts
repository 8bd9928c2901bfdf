import type { ConversationOpener } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { createSubscriber } from 'svelte/reactivity'
import type { OpenedConversation } from './opened-conversation.ts'

/** A value as it is now, which effects, derived values and markup follow. */
export interface Current<Value> {
  readonly current: Value
}

/**
 * Reads a value from a conversation, again with each change of its store. Readers are updated when the value is another one.
 * @param follow the subscription, if it is to less than the whole store; made again when the conversation changes, or what `follow` reads
 */
export function selectState<Value>(
  opened: OpenedConversation,
  read: (state: Conversation, conversation: ConversationOpener) => Value,
  follow: (conversation: ConversationOpener) => (changed: () => void) => () => void = ({ store }) => store.subscribe,
): Current<Value> {
  const subscribe = $derived(createSubscriber(follow(opened.current)))
  // Derived, because what reads the subscription itself runs with each change.
  const value = $derived.by(() => {
    subscribe()
    return read(opened.state(), opened.current)
  })
  return {
    get current() {
      return value
    },
  }
}
