import { ablyTransport } from '@streamfold/ably'
import type { ConversationHandle, ConversationOpener, OpenOptions } from '@streamfold/client'
import { conversationOf, until } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { selectConnectionStatus } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { RealtimeChannel } from 'ably'

/** Where a thread of AG-UI is: a channel, a transport, or a conversation that is open already. */
export type ThreadSource = RealtimeChannel | ConversationTransport | ConversationHandle | ConversationOpener

/** One thread of AG-UI: a conversation that is followed while somebody retains it. */
export interface Thread {
  readonly conversation: Omit<ConversationHandle, 'release' | 'setOptions'>
  readonly retain: () => () => void
  /** Resolves with the conversation once its newest messages were read, or cannot be; with undefined if `signal` aborts first. */
  readonly ready: (signal: AbortSignal) => Promise<Conversation | undefined>
}

/** @throws ConversationError `no-channel`, `no-channel-name`, `wrong-option` */
export function threadOf(source: ThreadSource, options: OpenOptions): Thread {
  const conversation = opened(source, options)
  return {
    conversation,
    // A conversation that somebody else opened is theirs to release.
    retain: 'retain' in conversation ? conversation.retain : () => () => undefined,
    // Between runs the channel may be detached, so that others have written what is not known here.
    ready: (signal) =>
      until(conversation.store, (now) => (['live', 'failed'].includes(selectConnectionStatus(now)) ? now : undefined), signal),
  }
}

/** The name of the channel of a source. */
export function nameOf(source: ThreadSource): string | undefined {
  return 'name' in source ? source.name : undefined
}

function opened(source: ThreadSource, options: OpenOptions): ConversationHandle | ConversationOpener {
  if ('store' in source) return source
  return conversationOf('capabilities' in source ? source : ablyTransport(source), options)
}
