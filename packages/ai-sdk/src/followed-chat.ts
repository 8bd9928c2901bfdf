import type { ChatMessage } from './chat-message.ts'

interface Resumable {
  /** As `useChat` gives it. */
  readonly resumeStream: () => Promise<void>
}

/**
 * A chat that can be followed: what `useChat` of @ai-sdk/react returns (its `setMessages` and `resumeStream` are enough), what that of
 * @ai-sdk/vue returns, or an instance of `Chat`.
 */
export type FollowedChat<M extends ChatMessage> =
  | (Resumable & { readonly setMessages: (update: (messages: M[]) => M[]) => void })
  | (Resumable & { readonly messages: { value: M[] } })
  | (Resumable & { messages: M[] })

/** Puts what `update` makes of the chat's messages in their place. */
export function changeMessages<M extends ChatMessage>(chat: FollowedChat<M>, update: (messages: M[]) => M[]): void {
  if ('setMessages' in chat) {
    chat.setMessages(update)
  } else if (isInstance(chat)) {
    const next = update(chat.messages)
    if (next !== chat.messages) chat.messages = next
  } else {
    const next = update(chat.messages.value)
    if (next !== chat.messages.value) chat.messages.value = next
  }
}

function isInstance<M>(chat: { readonly messages: M[] | { value: M[] } }): chat is { messages: M[] } {
  return Array.isArray(chat.messages)
}
