import type { Headers, HeadersOf } from '@streamfold/core'
import { useMemo, useSyncExternalStore } from 'react'
import { useProvided } from './conversation-context.ts'
import type { UseConversationResult } from './track-view.ts'
import { trackView } from './track-view.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'

/**
 * The conversation on a channel. The component renders again only for the values it reads from the result.
 * @param options opens the conversation while mounted; without, that of the nearest `ConversationProvider` is read.
 */
export function useConversation<H extends HeadersOf<H> = Headers>(options?: UseConversationOptions<H>): UseConversationResult<H> {
  const conversation = useProvided(useOpened(options as UseConversationOptions | undefined)) // Headers are a product's own view.
  const [getSnapshot, getInitial] = useMemo(
    () => [trackView(conversation, conversation.store.getSnapshot), trackView(conversation, () => conversation.initial)] as const,
    [conversation],
  )
  const result = useSyncExternalStore(conversation.store.subscribe, getSnapshot, getInitial)
  return result as UseConversationResult<H> // Likewise.
}
