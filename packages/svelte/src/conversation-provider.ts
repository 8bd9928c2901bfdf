import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { Component, Snippet } from 'svelte'
import Provider from './conversation-provider.svelte'
import type { UseConversationOptions } from './use-opened.svelte.ts'

export interface ConversationProviderProps<T extends MessageTypesOf<T> = MessageTypes> extends UseConversationOptions<T> {
  readonly children?: Snippet
}

/** Opens a conversation for the components in it; they read it with `useConversation()`, `useMessage`, `useMessageIds` and `useStore`. */
export const ConversationProvider = Provider as unknown as Component<ConversationProviderProps> // Svelte types every component of a file alike.
