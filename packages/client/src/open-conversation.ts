import type { Conversation, Headers, HeadersOf, Store } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { checkOptions } from './check-options.ts'
import type { OpenOptions } from './open-options.ts'
import { restore } from './restore.ts'
import { hold, sharedOn } from './shared-conversations.ts'

/** A conversation on a channel. All openers of one channel object share its store, subscription and attachment. */
export interface SharedConversation<H extends HeadersOf<H> = Headers> {
  readonly store: Store<H>
  /**
   * Shows the prompt at once and publishes it; resolves when it is on the channel. A failed publish shows at the prompt.
   * @param message `headers` of your own to publish with it, under names that are not the protocol's (`role`, `status`, …). `id`: its message id on the channel and its `key` here,
   * of letters, digits, `-` and `_`; the same id twice is one prompt. Default random.
   * @throws ConversationError `empty-prompt`, `prompt-too-large`, `wrong-headers`: then nothing is shown.
   */
  readonly sendMessage: (
    text: string,
    message?: { readonly headers?: Partial<H> | undefined; readonly id?: string | undefined },
  ) => Promise<void>
  /**
   * Asks the agents to stop the open responses, or otherwise the waiting prompt. Resolves also if there is nothing to stop.
   * @param target serial of a response or of its prompt, to stop only that
   * @throws ConversationError `stop-failed`
   */
  readonly stop: (target?: string) => Promise<void>
  /**
   * Retries a message by its id or key: a failed prompt is published again under the same id, an unanswered prompt is asked again, and for
   * an ended response its prompt's text is sent again.
   * @throws ConversationError `nothing-to-retry`
   */
  readonly retry: (id: string) => Promise<void>
  /** Reads a page of older messages, if `hasOlder`. @throws ConversationError `older-unread` */
  readonly loadOlder: () => Promise<void>
  /** Attaches the channel, and connects the client if it gave up. Never rejects; the state shows the outcome. */
  readonly connect: () => Promise<void>
  /** Detaches the channel until `connect`. Never rejects. */
  readonly disconnect: () => Promise<void>
}

export interface ConversationHandle<H extends HeadersOf<H> = Headers> extends SharedConversation<H> {
  /** Releases the conversation. The last release detaches the channel if this conversation attached it. Repeated calls have no effect. */
  readonly release: () => void
}

/** A conversation that uses nothing yet: no listener and no attachment until it is held. */
export interface UnheldConversation<H extends HeadersOf<H> = Headers> extends SharedConversation<H> {
  /** The state that a server with the same options renders, and that a page renders first when it hydrates. */
  readonly initial: Conversation<H>
  /** @returns releases it */
  readonly hold: () => () => void
}

/**
 * Opens the conversation of a channel: attaches it, reads its history and follows it. A client with `autoConnect: false` is connected. All
 * openers of a channel share the conversation: each option is that of the first opener who gives it, except `notifyAgent`, which each opener
 * has for itself. A conversation that all openers have released keeps its messages for a while; when it is opened again it shows them and
 * catches up.
 *
 * @throws ConversationError `no-channel`, `no-channel-name`, `wrong-option`.
 */
export function openConversation<H extends HeadersOf<H> = Headers>(
  transport: ConversationTransport,
  options: OpenOptions<H> = {},
): ConversationHandle<H> {
  const { hold, initial: _, ...shared } = conversationOf(transport, options)
  return { ...shared, release: hold() }
}

/** Like `openConversation`, for a binding that renders before it may have effects. Every option is read when it is needed. */
export function conversationOf<H extends HeadersOf<H> = Headers>(
  transport: ConversationTransport,
  options: OpenOptions<H> = {},
): UnheldConversation<H> {
  checkOptions(options)
  const own = options as OpenOptions // The headers' type is a product's own view.
  const shared = sharedOn(transport, own)
  const { live, settings } = shared
  const notifyAgent = () => own.notifyAgent ?? settings.notifyAgent
  return {
    store: live.store as Store as Store<H>, // The headers' type is a product's own view.
    initial: (own.initial ? restore(own.initial) : live.initial) as Conversation<H>, // The headers' type is a product's own view.
    sendMessage: (text, message) => live.prompts.sendMessage(text, message, notifyAgent()),
    stop: (target) => live.prompts.stop(typeof target === 'string' ? target : undefined),
    retry: (id) => live.prompts.retry(id, notifyAgent()),
    loadOlder: () => live.loadOlder(),
    connect: () => live.connect(),
    disconnect: () => live.disconnect(),
    hold: () => hold(shared, own),
  }
}
