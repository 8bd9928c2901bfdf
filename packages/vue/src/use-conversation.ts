import type { ConversationView, SharedConversation } from '@streamfold/client'
import type { Headers, HeadersOf, Store } from '@streamfold/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useProvided } from './conversation-key.ts'
import type { Refs } from './track-view.ts'
import { trackView } from './track-view.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'
import { useSnapshot } from './use-snapshot.ts'

/** The result of `useConversation`: refs, actions, and the core's `store` for your own selectors, the log and the inspector. */
export interface UseConversationResult<H extends HeadersOf<H> = Headers>
  extends Refs<ConversationView<H>>, Omit<SharedConversation<H>, 'store'> {
  readonly store: ComputedRef<Store<H>>
}

/**
 * Reads the conversation on a channel.
 * @param options opens the conversation while mounted; without options the nearest `ConversationProvider`'s is used
 */
export function useConversation<H extends HeadersOf<H> = Headers>(options?: UseConversationOptions<H>): UseConversationResult<H> {
  const conversation = options ? useOpened(options as UseConversationOptions) : useProvided() // Headers are a product's own view.
  const { refs, read } = trackView()
  useSnapshot(() => conversation.value, read)
  const actions: Omit<SharedConversation, 'store'> = {
    sendMessage: (text, message) => conversation.value.sendMessage(text, message),
    stop: (target) => conversation.value.stop(target),
    retry: (id) => conversation.value.retry(id),
    loadOlder: () => conversation.value.loadOlder(),
    connect: () => conversation.value.connect(),
    disconnect: () => conversation.value.disconnect(),
  }
  const store = computed(() => conversation.value.store)
  return Object.assign(refs, actions, { store }) as unknown as UseConversationResult<H> // Headers are a product's own view.
}
