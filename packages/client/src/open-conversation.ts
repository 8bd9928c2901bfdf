import type { Conversation, HeadersIn, MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { CallIds, CallPart, Decision, OutputOf, ShownCall } from './call.ts'
import { checkOptions } from './check-options.ts'
import type { OpenOptions } from './open-options.ts'
import { createOpenerStore } from './opener-store.ts'
import { restore } from './restore.ts'
import type { PromptInput, PromptOptions } from './prompt-options.ts'
import type { Opener } from './shared-conversations.ts'
import { conversationFor, optionsChanged, retain } from './shared-conversations.ts'

/**
 * A conversation as one opener sees it. Openers of one channel with the same `agent`, `text`, `codec` and `permissions` share its messages, one subscription
 * and one attachment.
 */
export interface SharedConversation<T extends MessageTypesOf<T> = MessageTypes> {
  /** Its subscribers are notified by the opener's own `scheduler`. */
  readonly store: Store<T>
  /**
   * Shows the prompt at once and publishes it; resolves when it is on the channel. A failed publish shows at the prompt.
   * @param prompt the text, or everything in one object; the text may be empty if there are files
   * @param options what goes with a text: `files`, `headers`, `id`, `into`
   * @throws ConversationError `empty-prompt`, `prompt-too-large`, `wrong-headers`, `wrong-argument`, `wrong-file`, `no-upload`, `upload-failed`: then
   * nothing is shown.
   */
  readonly sendMessage: (
    prompt: string | PromptInput<Partial<HeadersIn<T>>>,
    options?: PromptOptions<Partial<HeadersIn<T>>>,
  ) => Promise<void>
  /**
   * Answers a call that waits: a person decides, or a page gives the output of a call that it ran. The answer shows at once as `pending`, and
   * resolves when it is on the channel. Without a connection it waits for one. It counts for the input that was shown, and is published once however
   * often it is given.
   *
   * @param call an element of `waiting`, a part with its message, or the ids of both
   * @throws ConversationError `not-loaded`, `not-asked`, `too-late`, `input-changed`, `not-permitted`, `answer-too-large`, `wrong-argument`: then nothing
   * is published. `too-late` also if another answer reached the channel first. `answer-failed`: the call asks again. `not-notified`: the answer
   * is on the channel.
   */
  readonly answer: <Call extends CallPart<T>>(
    call: CallIds | ShownCall<Call>,
    decision: Decision<OutputOf<Call>>,
  ) => Promise<void>
  /**
   * Whether this client may answer a call: by default the author of the prompt may, or those that the agent named. False while the client
   * does not know its client id.
   */
  readonly mayAnswer: (call: CallIds | ShownCall<CallPart<T>>) => boolean
  /**
   * Replaces the text of a prompt that no agent has taken yet, by its id or key; its files stay. Only its author may, with `message-update-own` in the token.
   * @throws ConversationError `prompt-taken` (the prompt keeps its text), `not-loaded`, `not-permitted`, `empty-prompt`, `prompt-too-large`,
   * `edit-failed`
   */
  readonly edit: (id: string, text: string) => Promise<void>
  /**
   * Deletes a prompt that no agent has taken yet, by its id or key: no agent answers it. Only its author may, with `message-delete-own` in the
   * token.
   * @throws ConversationError `prompt-taken`, `not-loaded`, `not-permitted`, `withdraw-failed`
   */
  readonly withdraw: (id: string) => Promise<void>
  /**
   * Asks the agents to stop the open responses; without one the prompt that has no answer yet, and without that the responses that wait for a
   * person. Resolves also if there is nothing to stop.
   * @param target serial of a response or of its prompt, to stop only that
   * @throws ConversationError `stop-failed`
   */
  readonly stop: (target?: string) => Promise<void>
  /**
   * Retries a message by its id or key: a failed prompt is published again under the same id, an unanswered prompt is asked again, and for
   * an ended response its prompt's text and files are sent again. A response whose calls are all answered is asked to go on.
   * @throws ConversationError `nothing-to-retry`, `not-notified`
   */
  readonly retry: (id: string) => Promise<void>
  /** Reads a page of older messages, if `hasOlder`. @throws ConversationError `older-unread` */
  readonly loadOlder: () => Promise<void>
  /** Attaches the channel, and connects the client if it gave up. Never rejects; the state shows the outcome. */
  readonly connect: () => Promise<void>
  /** Detaches the channel until `connect`. Never rejects. */
  readonly disconnect: () => Promise<void>
}

export interface ConversationHandle<T extends MessageTypesOf<T> = MessageTypes> extends SharedConversation<T> {
  /**
   * Changes the given options of this opener; `undefined` restores a default. With another `agent`, `text`, `codec` or `permissions` the handle and its
   * store show another conversation. If only functions were replaced and no other opener shares the conversation, it stays the same.
   * `initial` is used only at the beginning.
   *
   * @throws ConversationError `wrong-option`: then nothing is changed.
   */
  readonly setOptions: (options: OpenOptions<T>) => void
  /** Releases the conversation. The last release detaches the channel if this conversation attached it. Repeated calls have no effect. */
  readonly release: () => void
}

/** A conversation that uses nothing yet: no listener and no attachment until it is retained. */
export interface ConversationOpener<T extends MessageTypesOf<T> = MessageTypes> extends Omit<ConversationHandle<T>, 'release'> {
  /** The state that a server with the same options renders, and that a page renders first when it hydrates. */
  readonly initial: Conversation<T>
  /** Follows the conversation, like `openConversation`. @returns releases it */
  readonly retain: () => () => void
}

/**
 * Opens the conversation of a transport: attaches it, reads its history and follows it. Openers with the same `agent`, `text`, `codec` and
 * `permissions` share the conversation. `notifyAgent` and `scheduler` belong to one opener. The largest `history` and `log` of all openers apply. An
 * attachment has only one `rewind`, `since` and `clock`: the first one given. A conversation that all openers have released keeps its
 * messages for a while; when it is opened again it shows them and catches up.
 *
 * @throws ConversationError `wrong-option`.
 */
export function openConversation<T extends MessageTypesOf<T> = MessageTypes>(
  transport: ConversationTransport,
  options: OpenOptions<T> = {},
): ConversationHandle<T> {
  const { retain, initial: _, ...shared } = conversationOf(transport, options)
  return { ...shared, release: retain() }
}

/** Like `openConversation`, for a binding that renders before it may have effects. */
export function conversationOf<T extends MessageTypesOf<T> = MessageTypes>(
  transport: ConversationTransport,
  options: OpenOptions<T> = {},
): ConversationOpener<T> {
  checkOptions(options)
  const opener: Opener = { options: options as OpenOptions } // The types of messages are a product's own view.
  let shared = conversationFor(transport, opener)
  const seen = createOpenerStore(shared.live.store, opener)
  /** One release for each call of `retain`. */
  const releases = new Set<{ release: () => void }>()
  const { initial } = opener.options

  /** Retains the next conversation before it releases the previous one, so that the attachment is transferred. */
  function choose(): void {
    const chosen = conversationFor(transport, opener, shared)
    if (chosen !== shared) {
      shared = chosen
      for (const retained of releases) {
        const { release } = retained
        retained.release = retain(shared, opener)
        release()
      }
      seen.follow(shared.live.store)
    }
    optionsChanged(shared)
  }

  const notifyAgent = () => opener.options.notifyAgent ?? shared.live.options().notifyAgent
  return {
    store: seen.store as Store as Store<T>, // Likewise.
    initial: (initial ? restore(initial) : shared.live.initial) as Conversation<T>, // Likewise.
    sendMessage: (prompt, message) =>
      shared.live.prompts.sendMessage(prompt as string, message, notifyAgent(), opener.options.upload), // As above.
    // The input of a call is the one in the state that this opener's page shows.
    answer: (call, decision) => shared.live.answers.answer(call as CallIds, decision, seen.store.getSnapshot(), notifyAgent()),
    mayAnswer: (call) => shared.live.answers.mayAnswer(call as CallIds), // As above.
    edit: (id, text) => shared.live.changes.edit(id, text),
    withdraw: (id) => shared.live.changes.withdraw(id),
    stop: (target) => shared.live.prompts.stop(typeof target === 'string' ? target : undefined),
    retry: (id) => shared.live.prompts.retry(id, notifyAgent()),
    loadOlder: () => shared.live.loadOlder(),
    connect: () => shared.live.connect(),
    disconnect: () => shared.live.disconnect(),
    setOptions(changes) {
      const { initial: _, ...own } = changes as OpenOptions // Likewise.
      const next = { ...opener.options, ...own }
      if (!changesAny(opener.options, next)) return
      checkOptions(next)
      opener.options = next
      choose()
    },
    retain() {
      // Another opener may have taken a conversation that was unused when this one was made.
      choose()
      const retained = { release: retain(shared, opener) }
      releases.add(retained)
      return () => {
        if (releases.delete(retained)) retained.release()
      }
    },
  }
}

function changesAny(before: OpenOptions, after: OpenOptions): boolean {
  return Object.entries(after).some(([field, value]) => before[field as keyof OpenOptions] !== value) // A spread of options.
}
