import type { Continuity, FinishReason, Message, MessageStatus } from '@streamfold/core'
import type { ChatMessage } from './chat-message.ts'
import type { ChatPart } from './chat-part.ts'
import { chatParts } from './chat-part.ts'

/** Facts about a message for which the AI SDK has no field. */
export interface ConversationMetadata {
  readonly status: MessageStatus
  /** `gapped`: text may be missing until the conversation has caught up. */
  readonly continuity: Continuity
  /** Milliseconds since the epoch, by the service's clock. */
  readonly createdAt: number
  /** The author's identity, as the service stamped it. */
  readonly clientId?: string
  /** Why it failed, in a sentence for its readers. */
  readonly error?: string
  /** Why the model ended, if its author says so: a `complete` text may be cut off (`length`, `content-filter`, …). */
  readonly finish?: FinishReason
}

/** The default type of a `useChat` message. */
export interface ConversationUIMessage {
  id: string
  role: 'system' | 'user' | 'assistant'
  metadata?: ConversationMetadata
  parts: ChatPart[]
}

/** The default `metadata` of a message: what the agent says about it, and the facts. */
export function metadataOf({ status, continuity, createdAt, clientId, error, finish, metadata }: Message): ConversationMetadata {
  return {
    ...metadata,
    status,
    continuity,
    createdAt,
    ...(clientId !== undefined && { clientId }),
    ...(error !== undefined && { error }),
    ...(finish !== undefined && { finish }),
  }
}

/** Makes UI messages. The same message gives the same object, so that nothing renders without a change. */
export type UIMessageMaker<M extends ChatMessage> = (message: Message, id: string) => M

/** Creates a maker of UI messages that remembers its results. */
export function createUIMessageMaker<M extends ChatMessage>(metadata: (message: Message) => M['metadata']): UIMessageMaker<M> {
  const made = new WeakMap<Message, M>()
  return (message, id) => {
    const known = made.get(message)
    if (known?.id === id) return known
    const next = { id, role: message.role, metadata: metadata(message), parts: chatParts(message) } as unknown as M // The product's type says which tools and data there are.
    made.set(message, next)
    return next
  }
}
