import type { ReactNode } from 'react'
import { createElement } from 'react'
import { ConversationContext } from './conversation-context.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

export interface ConversationProviderProps extends UseConversationOptions {
  readonly children?: ReactNode
}

/** Opens a conversation for the components below, which read it with `useConversation()`, `useMessage`, `useMessageIds`, `useStore`. */
export function ConversationProvider({ children, ...options }: ConversationProviderProps): ReactNode {
  return createElement(ConversationContext.Provider, { value: useOpened(options) }, children)
}
