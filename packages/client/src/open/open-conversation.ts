import type { Conversation, HeadersIn, Message, MessageTypes, MessageTypesOf, Store } from '@streamfold/core'
import { selectSiblings } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { BranchActions, EditOptions, RegenerateOptions } from '../prompts/branch-actions.ts'
import type { CallIds, CallPart, Decision, OutputOf, ShownCall } from '../answers/call.ts'
import { checkOptions } from './check-options.ts'
import type { OpenOptions } from './open-options.ts'
import { createOpenerStore } from './opener-store.ts'
import { restore } from './restore.ts'
import type { PromptInput, PromptOptions } from '../prompts/prompt-options.ts'
import type { Sender } from '../prompts/prompts.ts'
import type { Opener } from './shared-conversations.ts'
import { conversationFor, optionsChanged, retain } from './shared-conversations.ts'
import { createViewHead } from './view-head.ts'

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
   * Replaces the text of a prompt, by its id or key; its files stay. While no agent has taken it, its author changes it where it is, with
   * `message-update-own` in the token. Otherwise another prompt is published in its place, in a branch of its own, which this opener then shows;
   * the text before it stays an alternative. Only the author of the prompt may, and those whom `permissions.mayEdit` lets.
   * @param options `files` in the place of those that it has, and `headers` and `id` of a prompt that is published in its place
   * @throws ConversationError `not-loaded`, `not-permitted`, `empty-prompt`, `prompt-too-large`, `wrong-headers`, `prompt-taken` (it was withdrawn), `edit-failed`:
   * then what was shown before is shown again
   */
  readonly edit: (id: string, text: string, options?: EditOptions) => Promise<void>
  /**
   * Asks for another response to the prompt of a response, or to a prompt, by its id or key. This opener then shows the new one; those
   * before it stay alternatives. Also while another response is being written. Only the author of the prompt may, and those whom
   * `permissions.mayEdit` lets.
   * @param options `headers` of your own to publish with it beside those of the prompt, and its message `id`, as for `sendMessage`
   * @throws ConversationError `not-loaded`, `not-permitted`, `wrong-headers`, `regenerate-failed`: then what was shown before is shown again
   */
  readonly regenerate: (id: string, options?: RegenerateOptions) => Promise<void>
  /**
   * Shows the branch of a message: every path goes through it, and follows the newest alternatives behind it. Another opener of the channel, on this page
   * or elsewhere, shows what it did, unless both have `shareBranch`: then the choice is published.
   * @param message a message, or its id or key; undefined for the newest branch. An unknown one counts once it is known
   * @throws ConversationError `branch-not-shared`: it is shown here only
   */
  readonly choose: (message: Pick<Message<T>, 'id'> | string | undefined) => Promise<void>
  /** The alternatives of a message, oldest first, itself among them: the edits of a prompt, or the responses to one. Empty for an unknown one. */
  readonly siblings: (id: string) => readonly Message<T>[]
  /**
   * Deletes a prompt that no agent has taken yet, by its id or key: no agent answers it. Only its author may, with `message-delete-own` in the
   * token.
   * @throws ConversationError `prompt-taken`, `not-loaded`, `not-permitted`, `withdraw-failed`
   */
  readonly withdraw: (id: string) => Promise<void>
  /**
   * Asks the agents to stop the open responses of the branch that is shown; without one its prompt that has no answer yet, and without that its
   * responses that wait for a person. If there is nothing of that, the same elsewhere in the conversation. Resolves also if there is nothing to stop.
   * @param target serial of a response or of its prompt, to stop only that
   * @throws ConversationError `stop-failed`
   */
  readonly stop: (target?: string) => Promise<void>
  /**
   * Retries a message by its id or key: a failed prompt is published again under the same id, an unanswered prompt is asked again, and for
   * an ended response another one is asked for, as by `regenerate`. A response whose calls are all answered is asked to go on.
   * @throws ConversationError `nothing-to-retry`, `not-notified`, `not-permitted`, `regenerate-failed`
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
  /**
   * The branch that this opener shows, for `selectPath` and the other selectors that take one: the id of a message, undefined for the newest.
   * @param state in which the message is looked for. Default: the store's snapshot
   */
  readonly head: (state?: Conversation<T>) => string | undefined
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
  const opener: Opener = {
    options: options as OpenOptions, // The types of messages are a product's own view.
    onBranch(id) {
      if (opener.options.shareBranch) head.choose(id)
    },
  }
  let shared = conversationFor(transport, opener)
  const seen = createOpenerStore(shared.live.store, opener)
  const head = createViewHead(
    opener.options.head,
    () => shared.live.store.getState(),
    () => seen.refresh(),
  )
  /** One release for each call of `retain`. */
  const releases = new Set<{ release: () => void }>()
  let unfollow: (() => void) | undefined
  const { initial } = opener.options

  /** Retains the next conversation before it releases the previous one, so that the attachment is transferred. */
  function adopt(): void {
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
  const sender = (): Sender => ({
    head,
    notifyAgent: notifyAgent(),
    upload: opener.options.upload,
    observe: opener.options.observe,
  })

  async function share(): Promise<void> {
    const { together, store } = shared.live
    if (opener.options.shareBranch) await together.share(head.in(store.getState()))
  }

  /** Performs what may make a branch, and shares that branch. */
  async function branching(work: (branches: BranchActions, by: Sender) => Promise<void>): Promise<void> {
    const { branches, store } = shared.live
    const before = head.in(store.getState())
    await work(branches, sender())
    if (head.in(store.getState()) !== before) await share()
  }

  return {
    store: seen.store as Store as Store<T>, // Likewise.
    initial: (initial ? restore(initial) : shared.live.initial) as Conversation<T>, // Likewise.
    sendMessage: (prompt, message) => shared.live.prompts.sendMessage(prompt as string, message, sender()), // As above.
    // The input of a call is the one in the state that this opener's page shows.
    answer: (call, decision) => shared.live.answers.answer(call as CallIds, decision, seen.store.getSnapshot(), notifyAgent()),
    mayAnswer: (call) => shared.live.answers.mayAnswer(call as CallIds), // As above.
    edit: (id, text, options) => branching((branches, by) => branches.edit(id, text, options, by)),
    regenerate: (id, options) => branching((branches, by) => branches.regenerate(id, options, by)),
    retry: (id) => branching((branches, by) => branches.retry(id, by)),
    withdraw: (id) => branching((branches, by) => branches.withdraw(id, by)),
    async choose(message) {
      const name = typeof message === 'object' ? message.id : message
      head.choose(name)
      await share()
    },
    siblings: (id) => selectSiblings(seen.store.getSnapshot() as Conversation as Conversation<T>, id), // Likewise.
    head: (state) => head.in((state as Conversation | undefined) ?? seen.store.getSnapshot()), // Likewise.
    stop: (target) => shared.live.prompts.stop(typeof target === 'string' ? target : undefined, sender()),
    loadOlder: () => shared.live.loadOlder(),
    connect: () => shared.live.connect(),
    disconnect: () => shared.live.disconnect(),
    setOptions(changes) {
      const { initial: _, ...own } = changes as OpenOptions // Likewise.
      const next = { ...opener.options, ...own }
      if (!changesAny(opener.options, next)) return
      checkOptions(next)
      opener.options = next
      adopt()
    },
    retain() {
      // Another opener may have taken a conversation that was unused when this one was made.
      adopt()
      const retained = { release: retain(shared, opener) }
      if (releases.size === 0) unfollow = opener.options.observe?.follow?.({ channelName: transport.name, store: seen.store })
      releases.add(retained)
      return () => {
        if (!releases.delete(retained)) return
        retained.release()
        if (releases.size === 0) unfollow?.()
      }
    },
  }
}

function changesAny(before: OpenOptions, after: OpenOptions): boolean {
  return Object.entries(after).some(([field, value]) => before[field as keyof OpenOptions] !== value) // A spread of options.
}
