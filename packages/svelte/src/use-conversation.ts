import type { ConversationView, SharedConversation } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { MaybeGetter } from './maybe-getter.ts'
import { useProvided } from './opened-conversation.ts'
import { selectState } from './select-state.svelte.ts'
import type { UseConversationOptions } from './use-opened.svelte.ts'
import { useOpened } from './use-opened.svelte.ts'

/**
 * The result of `useConversation`: values, actions, and the core's `store` for your own selectors, the log and the inspector. Values are getters: read
 * them from the result, because a destructured one no longer changes.
 */
export interface UseConversationResult<T extends MessageTypesOf<T> = MessageTypes>
  extends ConversationView<T>, SharedConversation<T> {}

/**
 * Reads the conversation on a channel.
 *
 * @param options opens the conversation while mounted; without options the nearest `ConversationProvider`'s is used. A function that returns them, if
 * any of them may change
 */
export function useConversation<T extends MessageTypesOf<T> = MessageTypes>(
  options?: MaybeGetter<UseConversationOptions<T>>,
): UseConversationResult<T> {
  const opened = options ? useOpened(options as MaybeGetter<UseConversationOptions>) : useProvided() // The types of messages are a product's own view.
  const fields = Object.keys(view) as (keyof ConversationView)[] // `view` is declared with exactly these keys.
  const values = fields.map((field) => {
    const value = selectState<unknown>(opened, (state, { head }) => view[field](state, head(state)))
    return [field, { enumerable: true, get: () => value.current }] as const
  })
  const actions: SharedConversation = {
    get store() {
      return opened.current.store
    },
    sendMessage: (prompt, options) => opened.current.sendMessage(prompt, options),
    answer: (call, decision) => opened.current.answer(call, decision),
    mayAnswer: (call) => opened.current.mayAnswer(call),
    edit: (id, text, options) => opened.current.edit(id, text, options),
    regenerate: (id, options) => opened.current.regenerate(id, options),
    choose: (message) => opened.current.choose(message),
    siblings: (id) => opened.current.siblings(id),
    withdraw: (id) => opened.current.withdraw(id),
    stop: (target) => opened.current.stop(target),
    retry: (id) => opened.current.retry(id),
    loadOlder: () => opened.current.loadOlder(),
    connect: () => opened.current.connect(),
    disconnect: () => opened.current.disconnect(),
  }
  return Object.defineProperties(actions, Object.fromEntries(values)) as unknown as UseConversationResult<T> // `values` are the missing fields.
}
