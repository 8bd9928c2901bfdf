import { ablyTransport } from '@streamfold/ably'
import type { SharedConversation } from '@streamfold/client'
import {
  answerCalls,
  answerName,
  conversationOf,
  findByKey,
  randomId,
  readNewest,
  reasonOf,
  reportUncaught,
  runningAnswer,
  stopAnswer,
} from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectMessages, selectPath } from '@streamfold/core'
import type { ModelMessage, StreamChunk, UIMessage } from '@tanstack/ai/client'
import type { SubscribeConnectionAdapter } from '@tanstack/ai-client'
import type { RealtimeChannel } from 'ably'
import type { ChatChunk } from './feed/chat-chunk.ts'
import type { ChatFeed } from './feed/chat-feed.ts'
import { createChatFeed } from './feed/chat-feed.ts'
import type { ChatConnectionOptions } from './connection-options.ts'
import { checkOptions } from './connection-options.ts'
import type { CallDecision } from './send/decisions.ts'
import { decisionsIn, decisionsOf } from './send/decisions.ts'
import { createHydration } from './hydration.ts'
import { createHeldPrompts, isKnown } from './send/held-prompts.ts'
import { promptOf } from './send/prompt-of.ts'
import { publishPrompt } from './send/publish-prompt.ts'
import type { Asked, ChatRequest } from './send/requests.ts'
import { createRequest } from './send/requests.ts'
import type { Run } from './feed/runs.ts'
import { runOf } from './feed/runs.ts'
import type { ChatMessages, ChatUIMessage } from './messages/ui-message.ts'
import { callIdsIn, createChatMessages } from './messages/ui-message.ts'

type Hydrate = NonNullable<SubscribeConnectionAdapter['hydrate']>
type Chunks = AsyncIterable<StreamChunk>

/** The connection of the chats of one page to one channel: a `SubscribeConnectionAdapter` of TanStack AI. */
export interface ChatConnection extends SubscribeConnectionAdapter {
  /** Called by a chat: the conversation as it is now, and each change of it, in any tab. */
  subscribe(abortSignal?: AbortSignal): Chunks
  /**
   * Called by a chat: publishes its last message, or what it decided about calls, and resolves when the answer has ended or waits. The message id becomes
   * the Ably message id, so every tab has the same id. Aborting stops the answer in every tab, unless the chat leaves the page.
   * @throws ConversationError, or Error if a message has parts that are neither text nor files: nothing was published then; Error with the reason of an
   * answer that failed
   */
  send: SubscribeConnectionAdapter['send']
  /**
   * Called by a chat with `persistence: true`: the messages of the newest page of history, or as many as are wanted, with the run that is
   * going on or the calls that wait. The thread is the one of the channel, whatever its id.
   * @throws Error if the channel or the connection has failed; ConversationError if an older page cannot be read
   */
  hydrate: Hydrate
  /** Called by a chat after a reload: the run that is going on, until it ends or waits. @throws Error if there is no such run */
  joinRun(runId: string, abortSignal?: AbortSignal): Chunks
  /** The conversation behind the chats: its store, `loadOlder`, `stop`, `edit`, `choose`, `connect`, `disconnect`. */
  readonly conversation: SharedConversation
  /** The messages known now, for `initialMessages`. */
  messages(): ChatUIMessage[]
  /**
   * Removes a prompt that was refused before it was published: the chats keep it, with the status `failed` and the reason, until it is sent again or
   * removed. Does nothing for any other message.
   * @param id of the message in the chat
   */
  discard(id: string): void
}

/**
 * Creates the connection of a chat of TanStack AI to an Ably channel: give it to `useChat` or `ChatClient`, with `live: true` so that the chat follows
 * other tabs, and with `persistence: true` and a `threadId` so that it takes up a run after a reload. The channel is not used before a chat subscribes,
 * sends or hydrates, so a component may create the connection while rendering. All users of a channel object share one conversation.
 */
export function createChatConnection(channel: RealtimeChannel, options: ChatConnectionOptions = {}): ChatConnection {
  const opener = conversationOf(ablyTransport(channel), options)
  checkOptions(options)
  const { retain, initial: _initial, setOptions: _setOptions, ...conversation } = opener
  const { store } = conversation
  const onError = options.onError ?? reportUncaught
  const ofConversation = createChatMessages()
  const held = createHeldPrompts(randomId, () => options.clock?.now() ?? Date.now())
  const chatMessages: ChatMessages = (all) => held.among(ofConversation(all))
  const requests = new Set<ChatRequest>()
  const feeds = new Set<ChatFeed>()
  /** Those of chats that subscribed. They give the contents of every run. */
  const live = new Set<ChatFeed>()
  const runOfMessage = (message: Message): Run =>
    runOf(message, callIdsIn(shown(), message), ({ toolCallId }) => opener.mayAnswer({ messageId: message.id, toolCallId }))
  const hydration = createHydration(opener, chatMessages, runOfMessage)
  const source = { conversation: opener, chatMessages, threadId: channel.name, requests }

  function shown(): readonly Message[] {
    const state = store.getState()
    return selectPath(state, opener.head(state))
  }

  const messages = (): ChatUIMessage[] => [...chatMessages(shown())]
  const look = (): void => feeds.forEach((feed) => feed.look())
  const forget = (): void => feeds.forEach((feed) => feed.forget())

  async function* follow(feed: ChatFeed, group?: Set<ChatFeed>): AsyncGenerator<StreamChunk, void, undefined> {
    try {
      for await (const chunk of feed.chunks) yield asStreamChunk(chunk)
    } finally {
      feeds.delete(feed)
      group?.delete(feed)
      settleUnread()
    }
  }

  /** Ends requests for which nothing comes any more, where no chat reads that: a subscription ends when the channel fails. */
  function settleUnread(): void {
    const state = store.getState()
    if (feeds.size === 0) for (const each of requests) if (each.missing(state)) each.settle(state)
  }

  /** Waits until the run of a request was given to the chat, or until the chat aborts: that stops the answer. */
  async function request(runId: string, asked: Asked, signal: AbortSignal | undefined, work?: Promise<void>): Promise<void> {
    const own = createRequest(runId, asked)
    requests.add(own)
    look()
    const unwatch = store.subscribe(settleUnread)
    settleUnread()
    const aborted = abortOf(signal)
    try {
      await Promise.race([work?.then(() => own.settled) ?? own.settled, aborted.happened])
    } finally {
      aborted.forget()
      unwatch()
      requests.delete(own)
      look()
      if (signal?.aborted) void stop(own)
    }
  }

  /** React's chat aborts also when it unmounts. It ends its subscription then, in a later task. */
  async function stop(own: ChatRequest): Promise<void> {
    const release = retain()
    try {
      for (let tasks = 0; tasks < 2; tasks++) await new Promise((resolve) => setTimeout(resolve))
      if (live.size > 0) await stopAnswer(conversation, own.name, own.response(store.getState()))
    } catch (error) {
      onError(error)
    } finally {
      release()
    }
  }

  /** Publishes the last message of a chat. @returns the answer for which it waits */
  async function publish(
    last: UIMessage | ModelMessage | undefined,
    data: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    if (last?.role !== 'user')
      throw new Error('unable to send the prompt; the last message is not a user’s: only users’ messages go over the channel')
    const find = (key: string) => findByKey(selectMessages(store.getState()), key)
    const draft = held.draft(last, 'id' in last ? find(last.id) : undefined)
    try {
      const prompt = (options.prompt ?? promptOf)(last, data)
      if (typeof (prompt as Partial<typeof prompt> | undefined)?.text !== 'string')
        throw new Error('unable to send the prompt; the option `prompt` returned no text: return { text } from it, not a promise')
      const onUpload = (): void => {
        held.hold(draft)
        look()
      }
      const name = await publishPrompt({ ...prompt, ...draft }, opener, { ...options, onError, onUpload }, signal)
      held.drop(draft.id)
      return { name }
    } catch (error) {
      const original = draft.edits === undefined ? undefined : find(draft.edits)
      if (find(draft.id) || (original && isKnown(original, last))) held.drop(draft.id)
      else held.hold(draft, reasonOf(error))
      throw error
    } finally {
      // The chat has the message already, and may have removed what followed it.
      forget()
    }
  }

  /** What a chat waits for after decisions. */
  function askedBy(decisions: readonly CallDecision[]): Asked {
    const [first] = decisions
    if (!first)
      throw new Error('unable to go on with the answer; none of its calls waits: load the messages of the conversation first')
    const { message } = first.shown
    return { name: answerName(store.getState(), message), response: message.id, after: runOfMessage(message).id }
  }

  return {
    conversation,
    messages,

    discard(id) {
      if (!held.isRefused(id)) return
      held.drop(id)
      look()
    },

    subscribe(signal) {
      const feed = createChatFeed(source, signal)
      feeds.add(feed)
      live.add(feed)
      return follow(feed, live)
    },

    async send(all, data = {}, signal, context) {
      const { runId = randomId(), resume = [] } = context ?? {}
      const release = retain()
      try {
        const last = all.at(-1)
        const own = all.filter((message): message is UIMessage => 'parts' in message)
        if (resume.length > 0 || last?.role === 'assistant') {
          const decisions = resume.length > 0 ? decisionsOf(resume, shown(), own) : decisionsIn(own, shown())
          // The answer may have gone on and ended before the decision is known to be published.
          await request(runId, askedBy(decisions), signal, answerCalls(decisions, conversation).finally(forget))
          return
        }
        const asked = await publish(last, data, signal)
        await request(runId, asked, signal)
      } finally {
        release()
      }
    },

    async hydrate(_threadId, { limit, before } = {}) {
      const release = retain()
      try {
        return { ...(await hydration.page(limit, before)), ...hydration.going() }
      } finally {
        // The chat replaces its messages by these.
        forget()
        // A chat that joins a run does so in this task.
        setTimeout(release)
      }
    },

    async *joinRun(runId, signal) {
      await readNewest(conversation, signal)
      const asked = joined(runId)
      const over = new AbortController()
      const waiting = request(runId, asked, signal).finally(() => over.abort())
      // It is awaited below, once the chat has taken all chunks.
      waiting.catch(() => undefined)
      // The contents come over the subscription, where there is one.
      if (live.size > 0) yield asStreamChunk({ type: 'RUN_STARTED', threadId: channel.name, runId })
      else {
        const feed = createChatFeed(source, over.signal)
        feeds.add(feed)
        yield* follow(feed)
      }
      await waiting
    },
  }

  function joined(runId: string): Asked {
    const state = store.getState()
    const response = shown().find(({ role, key }) => role === 'assistant' && (key === runId || runId.startsWith(`${key}.`)))
    if (response) return { name: answerName(state, response), response: response.id }
    if (runningAnswer(state, shown(), opener.head(state)) === runId) return { name: runId }
    throw new Error('unable to take up the run; it is not in this conversation: hydrate the chat')
  }
}

/** The types of TanStack AI name an enum. */
function asStreamChunk(chunk: ChatChunk): StreamChunk {
  return chunk as unknown as StreamChunk
}

interface Abort {
  readonly happened: Promise<void>
  forget(): void
}

function abortOf(signal: AbortSignal | undefined): Abort {
  let onAbort = (): void => undefined
  const happened = new Promise<void>((resolve) => {
    onAbort = resolve
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', onAbort)
  })
  return { happened, forget: () => signal?.removeEventListener('abort', onAbort) }
}
