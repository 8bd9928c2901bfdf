import type { Headers, HeadersOf } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'
import type { UseConversationResult } from './track-view.ts'
import { trackView } from './track-view.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

/**
 * Reads the conversation on a channel. The component renders again only for values that it reads from the result.
 * @param options opens the conversation while mounted; without options the nearest `ConversationProvider`'s is used
 */
export function useConversation<H extends HeadersOf<H> = Headers>(options?: UseConversationOptions<H>): UseConversationResult<H> {
  const conversation = useProvided(useOpened(options as UseConversationOptions | undefined)) // Headers are a product's own view.
  const [getSnapshot, getInitial] = useMemo(
    () => [trackView(conversation, conversation.store.getSnapshot), trackView(conversation, () => conversation.initial)] as const,
    [conversation],
  )
  const result = useSyncExternalStore(conversation.store.subscribe, getSnapshot, getInitial)
  return result as UseConversationResult<H> // Headers are a product's own view.
}
