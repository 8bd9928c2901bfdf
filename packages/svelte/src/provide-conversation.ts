import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { MaybeGetter } from './maybe-getter.ts'
import { provideOpened } from './opened-conversation.ts'
import type { UseConversationOptions } from './use-opened.svelte.ts'
import { useOpened } from './use-opened.svelte.ts'

/**
 * Opens a conversation for the calling component and those below it, as `ConversationProvider` does; they read it with `useConversation()`,
 * `useMessage`, `useMessageIds` and `useStore`.
 *
 * @param options a function that returns them, if any of them may change
 */
export function provideConversation<T extends MessageTypesOf<T> = MessageTypes>(
  options: MaybeGetter<UseConversationOptions<T>>,
): void {
  provideOpened(useOpened(options as MaybeGetter<UseConversationOptions>)) // The types of messages are a product's own view.
}
