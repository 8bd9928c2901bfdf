import type { SavedConversation } from '@streamfold/app-shared'
import { onSavedConversations, savedConversations } from '@streamfold/app-shared'
import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowRef } from 'vue'

/** The conversations of this device, newest first. */
export function useSavedConversations(): Readonly<ShallowRef<readonly SavedConversation[]>> {
  const conversations = shallowRef(savedConversations())
  onScopeDispose(onSavedConversations(() => (conversations.value = savedConversations())))
  return conversations
}
