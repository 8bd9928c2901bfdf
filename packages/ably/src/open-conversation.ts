import type { RealtimeChannel } from 'ably'
import type { Store } from '@streamfold/core'
import type { LiveConversation } from './live-conversation.ts'
import { createLiveConversation } from './live-conversation.ts'
import type { OpenOptions } from './open-options.ts'

/** A conversation on a channel. All that open the same channel object share one store, one subscription, one attachment. */
export interface SharedConversation {
  readonly store: Store
  /**
   * Shows the prompt at once and publishes it; resolves when it is on the channel. A failed publish shows at the prompt.
   * @throws ConversationError `empty-prompt`, `prompt-too-large`: then nothing is shown.
   */
  readonly sendMessage: (text: string) => Promise<void>
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

export interface ConversationHandle extends SharedConversation {
  /** The last release detaches the channel, if it was this conversation that attached it. Twice is once. */
  readonly release: () => void
}

/** A conversation that nothing has been spent on yet: no listener, no attachment, until it is held. */
export interface UnheldConversation extends SharedConversation {
  /** @returns the release. */
  readonly hold: () => () => void
}

interface Shared {
  readonly live: LiveConversation
  readonly holders: Set<OpenOptions>
  started: boolean
}

/** Milliseconds that a conversation nobody holds goes on: React takes more than one task to mount again. */
const LINGER = 100

const conversations = new WeakMap<RealtimeChannel, Shared>()

/**
 * Opens the conversation of a channel: attaches it, reads its history, follows it. The options of whoever opens first
 * hold for all, except `trigger`, which is each opener's own; one who gives none uses another's. A conversation that was
 * released by all keeps its messages as long as the channel object lives: opened again it shows them and catches up.
 */
export function openConversation(channel: RealtimeChannel, options: OpenOptions = {}): ConversationHandle {
  const { hold, ...shared } = conversationOf(channel, options)
  return { ...shared, release: hold() }
}

/** As `openConversation`, for a binding that renders before it may have effects. `options.trigger` is read when it is needed. */
export function conversationOf(channel: RealtimeChannel, options: OpenOptions = {}): UnheldConversation {
  let shared = conversations.get(channel)
  if (!shared) {
    shared = { live: createLiveConversation(channel, options), holders: new Set(), started: false }
    conversations.set(channel, shared)
  }
  const { live, holders } = shared
  const trigger = () => options.trigger ?? [...holders].find((holder) => holder.trigger)?.trigger
  return {
    store: live.store,
    sendMessage: (text) => live.prompts.sendMessage(text, trigger()),
    stop: (target) => live.prompts.stop(typeof target === 'string' ? target : undefined),
    retry: (id) => live.prompts.retry(id, trigger()),
    loadOlder: () => live.loadOlder(),
    connect: () => live.connect(),
    disconnect: () => live.disconnect(),
    hold: () => hold(shared, options),
  }
}

function hold(shared: Shared, options: OpenOptions): () => void {
  const { live, holders } = shared
  // A copy by prototype: two holds with one options object are two, and its `trigger` stays late.
  const holder: OpenOptions = Object.create(options)
  holders.add(holder)
  if (!shared.started) {
    shared.started = true
    live.start(options)
  }
  return () => {
    if (!holders.delete(holder) || holders.size > 0) return
    // Who leaves may be back at once (strict mode, a remount): detaching for that would cost a re-attachment.
    live.clock.after(LINGER, () => {
      if (holders.size > 0 || !shared.started) return
      shared.started = false
      live.stop()
    })
  }
}
