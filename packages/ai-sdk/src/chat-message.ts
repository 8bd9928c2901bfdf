import type { FinishReason } from '@streamfold/core'

/**
 * Any message of `useChat`, as far as it matters here. The shapes of the AI SDK are written out in this package, and its types not imported: a
 * binding brings an `ai` of its own, often another version than the page's, and types of two versions do not fit.
 */
export interface ChatMessage {
  readonly id: string
  readonly role: 'system' | 'user' | 'assistant'
  readonly metadata?: unknown
  readonly parts: readonly { readonly type: string }[]
}

/** The parts of a UI message stream that are used here. */
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

/** What `sendMessage` of `useChat` was given beside the message. */
export interface RequestOptions {
  readonly headers?: Record<string, string> | globalThis.Headers | undefined
  readonly body?: object | undefined
  readonly metadata?: unknown
}

/** What `useChat` asks a transport to send. */
export interface SendRequest<M extends ChatMessage> extends RequestOptions {
  readonly trigger: 'submit-message' | 'regenerate-message'
  /** Of the message that is edited or answered anew. */
  readonly messageId: string | undefined
  /** The user's message is the last of them. */
  readonly messages: M[]
  readonly abortSignal: AbortSignal | undefined
}
