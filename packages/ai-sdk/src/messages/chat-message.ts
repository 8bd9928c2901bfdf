import type { FinishReason } from '@streamfold/core'
import type { ChatCitation } from './chat-citations.ts'
import type { ChatPart } from './chat-part.ts'
import type { ProviderMetadata, ToolMetadata } from './provider-metadata.ts'

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

interface CallInput {
  toolCallId: string
  toolName: string
  dynamic?: boolean
  title?: string
  toolMetadata?: ToolMetadata
  providerExecuted?: boolean
  providerMetadata?: ProviderMetadata
}

interface CallResult {
  toolCallId: string
  providerMetadata?: ProviderMetadata
}

/** The chunks of parts that come whole: the part itself. */
type WholePart = Extract<
  ChatPart,
  { type: 'source-url' | 'source-document' | 'file' | 'reasoning-file' | 'custom' | `data-${string}` }
>

/** The chunks of a UI message stream that the transport uses. */
export type AnswerChunk =
  | { type: 'start'; messageId: string; messageMetadata?: unknown }
  | { type: 'start-step' }
  | { type: 'text-start' | 'reasoning-start' | 'reasoning-end'; id: string; providerMetadata?: ProviderMetadata }
  | { type: 'text-end'; id: string; citations?: ChatCitation[]; providerMetadata?: ProviderMetadata }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string; providerMetadata?: ProviderMetadata }
  | ({ type: 'tool-input-start' } & CallInput)
  | { type: 'tool-input-delta'; toolCallId: string; inputTextDelta: string }
  | ({ type: 'tool-input-available'; input: unknown } & CallInput)
  | ({ type: 'tool-input-error'; input: unknown; errorText: string } & CallInput)
  | { type: 'tool-approval-request'; toolCallId: string; approvalId: string; reason?: string }
  | { type: 'tool-approval-response'; approvalId: string; approved: boolean; reason?: string }
  | ({ type: 'tool-output-available'; output: unknown; preliminary?: boolean } & CallResult)
  | ({ type: 'tool-output-error'; errorText: string } & CallResult)
  | { type: 'tool-output-denied'; toolCallId: string }
  | WholePart
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
