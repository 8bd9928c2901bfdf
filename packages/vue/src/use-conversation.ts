import type { ConversationView, SharedConversation } from '@streamfold/ably'
import { view } from '@streamfold/ably'
import type { Headers, HeadersOf } from '@streamfold/core'
import type { ComputedRef } from 'vue'
import { computed } from 'vue'
import { useProvided } from './conversation-key.ts'
import type { UseConversationOptions } from './use-opened.ts'
import { useOpened } from './use-opened.ts'
import { useSnapshot } from './use-snapshot.ts'

type Refs<Values> = { readonly [Field in keyof Values]: ComputedRef<Values[Field]> }

export interface UseConversationResult<H extends HeadersOf<H> = Headers>
  extends Refs<ConversationView<H>>, Omit<SharedConversation<H>, 'store'> {}

/**
 * The conversation on a channel.
 * @param options opens the conversation while mounted; without, that of the nearest `ConversationProvider` is read.
 */
export function useConversation<H extends HeadersOf<H> = Headers>(options?: UseConversationOptions<H>): UseConversationResult<H> {
  const conversation = options ? useOpened(options as UseConversationOptions) : useProvided() // Headers are a product's own view.
  const state = useSnapshot(() => conversation.value)
  const result: UseConversationResult = {
    messages: computed(() => view.messages(state.value)),
    status: computed(() => view.status(state.value)),
    error: computed(() => view.error(state.value)),
    connectionStatus: computed(() => view.connectionStatus(state.value)),
    retryAt: computed(() => view.retryAt(state.value)),
    unanswered: computed(() => view.unanswered(state.value)),
    hasOlder: computed(() => view.hasOlder(state.value)),
    sendMessage: (text, message) => conversation.value.sendMessage(text, message),
    stop: (target) => conversation.value.stop(target),
    retry: (id) => conversation.value.retry(id),
    loadOlder: () => conversation.value.loadOlder(),
    connect: () => conversation.value.connect(),
    disconnect: () => conversation.value.disconnect(),
  }
  return result as unknown as UseConversationResult<H> // Likewise.
}
