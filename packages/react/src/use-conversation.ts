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
export function useConversation(options?: UseConversationOptions): UseConversationResult {
  const conversation = useProvided(useOpened(options))
  const getSnapshot = useMemo(() => trackView(conversation), [conversation])
  return useSyncExternalStore(conversation.store.subscribe, getSnapshot, getSnapshot)
}
