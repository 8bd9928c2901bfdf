import type { Continuity, FinishReason, Message, MessageStatus } from '@streamfold/core'
import type { ChatMessage } from './chat-message.ts'

/** What the channel knows of a message and the AI SDK has no field for. */
export interface ConversationMetadata {
  readonly status: MessageStatus
  /** `gapped`: text may be missing until the conversation has caught up. */
  readonly continuity: Continuity
  /** Milliseconds since the epoch, by the service's clock. */
  readonly createdAt: number
  /** The identity of the author, as the service stamped it. */
  readonly clientId?: string
  /** Why it failed, in the words of whoever failed. */
  readonly error?: string
  /** Why the model ended, where its author says so: a text may be `complete` and yet cut off (`length`, `content-filter`, …). */
  readonly finish?: FinishReason
}

/** A message as `useChat` has it, where the transport's options say nothing else. */
export interface ConversationUIMessage {
  id: string
  role: 'system' | 'user' | 'assistant'
  metadata?: ConversationMetadata
  /** One, or none where there is no text. */
  parts: { type: 'text'; text: string; state?: 'streaming' | 'done' }[]
}

/** What of a message becomes `metadata`, where the options say nothing else. */
export function metadataOf({ status, continuity, createdAt, clientId, error, finish }: Message): ConversationMetadata {
  return {
    status,
    continuity,
    createdAt,
    ...(clientId !== undefined && { clientId }),
    ...(error !== undefined && { error }),
    ...(finish !== undefined && { finish }),
  }
}

/** Makes UI messages; for the same message the same object, so that nothing renders again for nothing. */
export type UIMessageMaker<M extends ChatMessage> = (message: Message, id: string) => M

export function createUIMessageMaker<M extends ChatMessage>(metadata: (message: Message) => M['metadata']): UIMessageMaker<M> {
  const made = new WeakMap<Message, M>()
  return (message, id) => {
    const known = made.get(message)
    if (known?.id === id) return known
    const { role, text } = message
    const parts = text === '' ? [] : [{ type: 'text', text, state: isRunning(message) ? 'streaming' : 'done' }]
    const next = { id, role, metadata: metadata(message), parts } as unknown as M // A text part is one of every UI message's parts.
    made.set(message, next)
    return next
  }
}

/** Whether more of an answer may come. */
export function isRunning({ role, status }: Message): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}
