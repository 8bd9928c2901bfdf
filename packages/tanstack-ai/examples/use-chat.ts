import type { ChatClientOptions, ChatInterrupt, UIMessage } from '@tanstack/ai-client'
import { ChatClient } from '@tanstack/ai-client'
import type { ShallowRef } from 'vue'
import { onMounted, onScopeDispose, shallowRef } from 'vue'

/** A chat of TanStack AI in Vue. */
export interface Chat {
  readonly client: ChatClient
  readonly messages: ShallowRef<UIMessage[]>
  readonly interrupts: ShallowRef<readonly ChatInterrupt[]>
  readonly isLoading: ShallowRef<boolean>
  readonly isGenerating: ShallowRef<boolean>
  readonly error: ShallowRef<Error | undefined>
}

/** Follows a connection while the component is mounted. */
export function useChat(options: ChatClientOptions): Chat {
  const messages: Chat['messages'] = shallowRef([...(options.initialMessages ?? [])])
  const interrupts: Chat['interrupts'] = shallowRef([])
  const isLoading = shallowRef(false)
  const isGenerating = shallowRef(false)
  const error: Chat['error'] = shallowRef()
  const client = new ChatClient({
    ...options,
    onMessagesChange: (next) => (messages.value = next),
    onInterruptStateChange: (next) => (interrupts.value = next.interrupts),
    onLoadingChange: (next) => (isLoading.value = next),
    onSessionGeneratingChange: (next) => (isGenerating.value = next),
    onErrorChange: (next) => (error.value = next),
  })
  onMounted(() => {
    client.subscribe()
    client.attach()
  })
  onScopeDispose(() => client.dispose())
  return { client, messages, interrupts, isLoading, isGenerating, error }
}
