import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { ReactNode } from 'react'
import { createElement } from 'react'
import { ConversationContext } from './conversation-context.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

export interface ConversationProviderProps<T extends MessageTypesOf<T> = MessageTypes> extends UseConversationOptions<T> {
  readonly children?: ReactNode
}

/** Opens a conversation for the components below it; they read it with `useConversation()`, `useMessage`, `useMessageIds` and `useStore`. */
export function ConversationProvider<T extends MessageTypesOf<T> = MessageTypes>(props: ConversationProviderProps<T>): ReactNode {
  const { children, ...options } = props
  const value = useOpened(options as UseConversationOptions) // The types of messages are a product's own view.
  return createElement(ConversationContext.Provider, { value }, children)
}
