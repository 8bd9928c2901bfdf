import { ablyTransport } from '@streamfold/ably'
import type { AnswerName, SharedConversation } from '@streamfold/client'
import { conversationOf, isRunning, readNewest, readOlder, reportUncaught, runningAnswer } from '@streamfold/client'
import { selectConnectionStatus } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import type { AnswerChunk, ChatMessage, SendRequest } from './messages/chat-message.ts'
import type { FollowChatOptions, Follower } from './follow-chat.ts'
import { followChat } from './follow-chat.ts'
import type { FollowedChat } from './followed-chat.ts'
import { checkChat } from './followed-chat.ts'
import { createGoingOn } from './answers/going-on.ts'
import { openAnswers } from './answers/open-answers.ts'
import { promptOf } from './messages/prompt-of.ts'
import { publishPrompt } from './publish-prompt.ts'
import { sameTask } from './same-task.ts'
import { renewedMessages } from './messages/renewed-messages.ts'
import type { Drafts } from './messages/shown.ts'
import { shownMessages } from './messages/shown.ts'
import type { LoadOptions } from './load-options.ts'
import { loadOptions } from './load-options.ts'
import type { ChatTransportOptions } from './transport-options.ts'
import { checkOptions } from './transport-options.ts'
import type { ConversationUIMessage } from './messages/ui-message.ts'
import { createUIMessageMaker, metadataOf } from './messages/ui-message.ts'

/** The transport of one chat, over one channel: a `ChatTransport` of the AI SDK. */
export interface ConversationTransport<M extends ChatMessage = ConversationUIMessage> {
  /** A resumed answer starts from its beginning. */
  readonly resumeStreamIsReplay: true
  /**
   * Called by `useChat`: publishes the last message and resolves with its answer's stream. The message id becomes the Ably message id, so every
   * tab has the same id. Where the chat goes on with an answer, it publishes what the page decided about calls (`addToolApprovalResponse`,
   * `addToolOutput`), and resolves with the stream of what follows in that answer.
   * @throws ConversationError, or Error if a message has parts that are neither text nor files; nothing was published then
   */
  sendMessages(request: SendRequest<M>): Promise<ReadableStream<AnswerChunk>>
  /**
   * For the option of `useChat` with this name: true as soon as the page has decided about a call. So each decision is published when it is made,
   * while other calls of the answer still wait; the AI SDK's own conditions are true once all calls are decided.
   */
  readonly sendAutomaticallyWhen: (chat: { readonly messages: M[] }) => boolean
  /** Called by `useChat`: resolves, after the history was read, with the open or awaited answer from its beginning; null if there is none. */
  reconnectToStream(request: { readonly abortSignal?: AbortSignal | undefined }): Promise<ReadableStream<AnswerChunk> | null>
  /** The conversation behind the chat: its store, `loadOlder`, `stop` for answers that this chat does not read, `connect`, `disconnect`. */
  readonly conversation: SharedConversation
  /** The messages known now, for `useChat({ messages })`. */
  messages(): M[]
  /**
   * Resolves with the messages after the newest page of the conversation's history was read, or with as many of the newest as are wanted. Waits
   * while the channel cannot be reached.
   * @throws Error if the channel or the connection has failed; ConversationError if an older page cannot be read
   */
  loadMessages(options?: AbortSignal | LoadOptions): Promise<M[]>
  /**
   * Keeps a chat equal to the conversation while it is mounted: the channel stays attached, history and other authors' messages appear in the
   * chat, and a running answer is resumed, in any tab. Unmounting a followed chat stops no answer.
   * @returns ends the following
   */
  follow(chat: FollowedChat<M>): () => void
  /**
   * For a chat that is not followed, because the page has its messages from elsewhere: keeps what it shows equal to the conversation. A message
   * that was redacted, repaired or deleted is replaced at once, also after its stream has ended. No message is added or moved, and no
   * answer is resumed but one of which the chat has read an earlier step that was replaced. The channel stays attached meanwhile.
   * @returns ends it; a chat that leaves the page then stops no answer
   */
  followRedactions(chat: FollowedChat<M>): () => void
  /** Ends all streams of the chat without stopping an answer. */
  close(): void
}

/**
 * Creates a `ChatTransport` for `useChat` over an Ably channel. The channel is not used before a message is sent, an answer is resumed
 * or the chat is followed, so a component may create the transport while rendering. All users of a channel object share one conversation.
 *
 * `stop` of `useChat` stops the answer in every tab, also one that was resumed after a reload or that another tab asked for.
 */
export function createChatTransport<M extends ChatMessage = ConversationUIMessage>(
  channel: RealtimeChannel,
  options: ChatTransportOptions<M> = {},
): ConversationTransport<M> {
  const opener = conversationOf(ablyTransport(channel), options)
  checkOptions(options)
  const { retain, initial: _initial, setOptions: _setOptions, ...conversation } = opener
  const { store } = conversation
  const drafts: Drafts = { ids: new Map(), replaced: new Set() }
  const metadata = options.metadata ?? metadataOf
  const toUIMessage = createUIMessageMaker<M>(metadata)
  const onError = options.onError ?? reportUncaught
  /** Marked when the chat leaves the page: React's useChat stops its chat when it unmounts. */
  const leaving = sameTask()
  /** Marked when the chat reads an answer again: it drops its stream first. */
  const renewing = sameTask()
  const followers = new Set<Follower>()
  const renewers = new Set<Follower>()
  const onChange = (): void => [...followers, ...renewers].forEach((follower) => follower.look())
  const answers = openAnswers({
    conversation: opener,
    metadata,
    excuses: [leaving, renewing],
    followed: () => followers.size > 0,
    renewed: () => followers.size + renewers.size > 0,
    onChange,
    onError,
  })
  /** A prompt whose edit was refused: the chat shows the edit. */
  let refused: string | undefined
  /** Requests of the chat that have no stream yet. */
  let starting = 0

  const known = shownMessages(opener, drafts)
  const shown = known.branch
  const messages = (): M[] => shown().map(({ id, message }) => toUIMessage(message, id))
  const read = options.prompt ?? promptOf
  const goingOn = createGoingOn<M>({ conversation: opener, shown, read, answers })
  const decisions = {
    keep: goingOn.keep,
    isRefused: (own: M) => (own.role === 'user' ? own.id === refused : goingOn.isRefused(own)),
  }
  const running = () => {
    const state = store.getState()
    const all = shown().map(({ message }) => message)
    return runningAnswer(state, all, opener.head(state))
  }

  /** Whether the chat is followed and shows an answer that is being written, which it can read from then on: what the page shows can be stopped. */
  const isShown = () => followers.size > 0 && shown().some(({ message }) => isRunning(message))

  /** Whether there is an answer that the chat should read and does not. */
  function resumable(may: (name: AnswerName) => boolean = () => true): boolean {
    if (starting > 0 || answers.reading()) return false
    const status = selectConnectionStatus(store.getState())
    if (status !== 'live' && !(status === 'connecting' && isShown())) return false
    const name = running()
    return name !== undefined && !answers.declined(name) && may(name)
  }

  /** Vue's chat continues to read after it was unmounted. */
  async function leave(): Promise<void> {
    if ((await leaving.marked()) && followers.size + renewers.size === 0) answers.leave()
  }

  function keepUp(
    chat: FollowedChat<M>,
    group: Set<Follower>,
    own: Pick<FollowChatOptions<M>, 'shown' | 'wanted' | 'resumable'>,
  ): () => void {
    checkChat(chat)
    const release = retain()
    leaving.clear()
    const follower = followChat(chat, { store, reading: answers.reading, decisions, onError, ...own })
    group.add(follower)
    return () => {
      if (!group.delete(follower)) return
      follower.stop()
      leaving.mark()
      release()
      void leave()
    }
  }

  return {
    resumeStreamIsReplay: true,
    conversation,
    messages,

    async sendMessages(request) {
      refused = undefined
      answers.heed(request.abortSignal)
      starting++
      const release = retain()
      try {
        // In the task of the call: by the next one, the messages of Vue's chat may be others.
        const further = goingOn.send(request)
        if (further) return await further
        const { name, gone } = await publishPrompt(request, {
          conversation: opener,
          options,
          read,
          shown,
          drafts,
          isFollowed: () => followers.size > 0,
          onError,
        })
        // The chat does not show them any more.
        for (const other of gone) answers.leave(other)
        return answers.open(name, request.abortSignal)
      } catch (error) {
        refused = request.messages.at(-1)?.id
        throw error
      } finally {
        starting--
        release()
        onChange()
      }
    },

    sendAutomaticallyWhen: ({ messages: all }) => goingOn.isDecided(all),

    async reconnectToStream({ abortSignal }) {
      renewing.mark()
      answers.heed(abortSignal)
      starting++
      const release = retain()
      try {
        const state = isShown() ? store.getState() : await readNewest(opener, abortSignal)
        const name = state && running()
        // The page of a chat that is followed shows the answer already, and so it can be stopped. React's strict mode aborts all others once.
        const isOver = abortSignal?.aborted === true && followers.size === 0
        return name === undefined || isOver ? null : answers.open(name, abortSignal)
      } finally {
        starting--
        release()
        onChange()
      }
    },

    async loadMessages(given) {
      const { limit, signal } = loadOptions(given)
      const release = retain()
      try {
        await readOlder(opener, () => limit === undefined || shown().length >= limit, signal)
        return limit === undefined ? messages() : messages().slice(-limit)
      } finally {
        release()
      }
    },

    follow: (chat) => keepUp(chat, followers, { shown, wanted: messages, resumable }),

    followRedactions: (chat) =>
      keepUp(chat, renewers, {
        shown: known.all,
        wanted: renewedMessages(known, toUIMessage),
        resumable: () => resumable(answers.replaced),
      }),

    close: () => answers.leave(),
  }
}
