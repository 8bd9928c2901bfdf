import type { Conversation, Headers, HeadersOf, Store } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { checkOptions } from './check-options.ts'
import type { OpenOptions } from './open-options.ts'
import { restore } from './restore.ts'
import { hold, sharedOn } from './shared-conversations.ts'

/** A conversation on a channel. All that open the same channel object share one store, one subscription, one attachment. */
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
   * Asks the agents to stop: what streams, or else the prompt that waits. Nothing to stop is no error.
   * @param target serial of a response or of its prompt, to stop only that.
   * @throws ConversationError `stop-failed`.
   */
  readonly stop: (target?: string) => Promise<void>
  /**
   * By the id or key of a message: a prompt that failed is published again under the same id, one without an answer is
   * asked again, and a response that ended is asked for anew with its prompt's text.
   * @throws ConversationError `nothing-to-retry`.
   */
  readonly retry: (id: string) => Promise<void>
  /** Reads a page of older messages, where `hasOlder`. @throws ConversationError `older-unread`. */
  readonly loadOlder: () => Promise<void>
  /** Attaches the channel, and connects the client where it gave up. The outcome shows in the state; never rejects. */
  readonly connect: () => Promise<void>
  /** Detaches the channel until `connect`. Never rejects. */
  readonly disconnect: () => Promise<void>
}

export interface ConversationHandle<H extends HeadersOf<H> = Headers> extends SharedConversation<H> {
  /** The last release detaches the channel, if it was this conversation that attached it. Twice is once. */
  readonly release: () => void
}

/** A conversation that nothing has been spent on yet: no listener, no attachment, until it is held. */
export interface UnheldConversation<H extends HeadersOf<H> = Headers> extends SharedConversation<H> {
  /** What a server that was given the same options has rendered, and a page renders first where it takes that over. */
  readonly initial: Conversation<H>
  /** @returns the release. */
  readonly hold: () => () => void
}

/**
 * Opens the conversation of a channel: attaches it, reads its history, follows it; a client that was told not to connect by
 * itself is connected. All who open a channel share: each option is that of the first of them who gives it, except `notifyAgent`,
 * which is each opener's own. A conversation that was released by all keeps its messages for a while: opened again it shows
 * them and catches up.
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

/** As `openConversation`, for a binding that renders before it may have effects. Every option is read when it is needed. */
export function conversationOf<H extends HeadersOf<H> = Headers>(
  transport: ConversationTransport,
  options: OpenOptions<H> = {},
): UnheldConversation<H> {
  checkOptions(options)
  const own = options as OpenOptions // A product's own type of headers is a view of what is kept for it unread.
  const shared = sharedOn(transport, own)
  const { live, settings } = shared
  const notifyAgent = () => own.notifyAgent ?? settings.notifyAgent
  return {
    store: live.store as Store as Store<H>, // Likewise.
    initial: (own.initial ? restore(own.initial) : live.initial) as Conversation<H>, // Likewise.
    sendMessage: (text, message) => live.prompts.sendMessage(text, message, notifyAgent()),
    stop: (target) => live.prompts.stop(typeof target === 'string' ? target : undefined),
    retry: (id) => live.prompts.retry(id, notifyAgent()),
    loadOlder: () => live.loadOlder(),
    connect: () => live.connect(),
    disconnect: () => live.disconnect(),
    hold: () => hold(shared, own),
  }
}
