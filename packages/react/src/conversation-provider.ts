import type { Headers, HeadersOf } from '@streamfold/core'
import type { ReactNode } from 'react'
import { createElement } from 'react'
import { ConversationContext } from './conversation-context.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

export interface ConversationProviderProps<H extends HeadersOf<H> = Headers> extends UseConversationOptions<H> {
  readonly children?: ReactNode
}

/** Opens a conversation for the components below it; they read it with `useConversation()`, `useMessage`, `useMessageIds` and `useStore`. */
export function ConversationProvider<H extends HeadersOf<H> = Headers>(props: ConversationProviderProps<H>): ReactNode {
  const { children, ...options } = props
  const value = useOpened(options as UseConversationOptions) // Headers are a product's own view.
  return createElement(ConversationContext.Provider, { value }, children)
}
