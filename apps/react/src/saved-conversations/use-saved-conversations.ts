import type { SavedConversation } from '@streamfold/app-shared'
import { onSavedConversations, savedConversations } from '@streamfold/app-shared'
import { useSyncExternalStore } from 'react'

/** The conversations of this device, newest first. */
export function useSavedConversations(): readonly SavedConversation[] {
  return useSyncExternalStore(onSavedConversations, savedConversations)
}
