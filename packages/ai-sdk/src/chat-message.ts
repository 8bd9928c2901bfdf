import type { FinishReason } from '@streamfold/core'

/**
 * The fields of a `useChat` message that the transport uses. This package writes out the AI SDK's types instead of importing them: each binding
 * has its own version of `ai`, often another one than the page's, and types of two versions are incompatible.
 */
export interface ChatMessage {
  readonly id: string
  readonly role: 'system' | 'user' | 'assistant'
  readonly metadata?: unknown
  readonly parts: readonly { readonly type: string }[]
}

/** The chunks of a UI message stream that the transport uses. */
export type AnswerChunk =
  | { type: 'start'; messageId: string; messageMetadata?: unknown }
  | { type: 'text-start'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string }
  | { type: 'reset-step' }
  | { type: 'message-metadata'; messageMetadata: unknown }
  | { type: 'finish'; finishReason: FinishReason }
  | { type: 'abort'; reason: string }
  | { type: 'error'; errorText: string }

/** The options of `useChat`'s `sendMessage`. */
export interface RequestOptions {
  readonly headers?: Record<string, string> | globalThis.Headers | undefined
  readonly body?: object | undefined
  readonly metadata?: unknown
}

/** A request from `useChat` to send a message. */
export interface SendRequest<M extends ChatMessage> extends RequestOptions {
  readonly trigger: 'submit-message' | 'regenerate-message'
  /** The id of the message that is edited, or answered again. */
  readonly messageId: string | undefined
  /** The last one is the user's message. */
  readonly messages: M[]
  readonly abortSignal: AbortSignal | undefined
}
