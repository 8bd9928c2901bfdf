import type { Continuity, FinishReason, Message, MessagePart, MessageStatus } from '@streamfold/core'
import type { UIMessage } from '@tanstack/ai/client'

/** Facts about a message that have no field in TanStack AI. */
export interface MessageFacts {
  readonly status: MessageStatus
  /** `gapped`: text may be missing until the conversation has caught up. */
  readonly continuity: Continuity
  /** The author's identity, as the service stamped it. */
  readonly clientId?: string
  /** Why it failed, in a sentence for its readers. */
  readonly error?: string
  /** Why the model ended, if its author says so: a `complete` text may be cut off (`length`, `content-filter`, …). */
  readonly finish?: FinishReason
  /** Parts for which TanStack AI has no shape, in their order: sources, data of the product, content of one provider. */
  readonly parts: readonly MessagePart[]
}

/** The facts about a message of a chat: its status, its sources, its data. Undefined for a message that only the chat has. */
export function messageFacts({ metadata }: Pick<UIMessage, 'metadata'>): MessageFacts | undefined {
  return metadata?.['streamfold'] as MessageFacts | undefined // Written by `factsOf`.
}

export function factsOf({ status, continuity, clientId, error, finish, parts }: Message): MessageFacts {
  return {
    status,
    continuity,
    ...(clientId !== undefined && { clientId }),
    ...(error !== undefined && { error }),
    ...(finish !== undefined && { finish }),
    parts: parts.filter(({ type }) => isOther(type)),
  }
}

function isOther(type: string): boolean {
  return type.startsWith('source-') || type.startsWith('data-') || type === 'reasoning-file' || type === 'custom'
}
