import type { ChatMessage } from './messages/chat-message.ts'

interface Resumable {
  /** As returned by `useChat`. */
  readonly resumeStream: () => Promise<void>
}

/**
 * A chat that can be followed: the result of `useChat` of @ai-sdk/react (its `setMessages` and `resumeStream` are enough), the result of
 * `useChat` of @ai-sdk/vue, or an instance of `Chat`.
 */
export type FollowedChat<M extends ChatMessage> =
  | (Resumable & { readonly setMessages: (update: (messages: M[]) => M[]) => void })
  | (Resumable & { readonly messages: { value: M[] } })
  | (Resumable & { messages: M[] })

/** @throws TypeError for what cannot be followed, as untyped code may give it */
export function checkChat(chat: unknown): void {
  const resumable = typeof chat === 'object' && chat !== null && 'resumeStream' in chat
  if (resumable && typeof chat.resumeStream === 'function' && ('setMessages' in chat || 'messages' in chat)) return
  throw new TypeError(
    'unable to follow the chat; it is none: give { setMessages, resumeStream } of useChat of React, or all that useChat of Vue returns',
  )
}

/** Replaces the chat's messages with the result of `update`. */
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
