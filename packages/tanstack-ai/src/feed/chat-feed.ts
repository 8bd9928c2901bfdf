import type { ConversationOpener } from '@streamfold/client'
import { selectError } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectPath } from '@streamfold/core'
import type { ChatChunk } from './chat-chunk.ts'
import { createChatRuns } from './chat-runs.ts'
import { createChatState } from './chat-state.ts'
import type { ChatRequest } from '../send/requests.ts'
import type { Run } from './runs.ts'
import { runOf } from './runs.ts'
import type { ChatMessages } from '../messages/ui-message.ts'
import { callIdsIn } from '../messages/ui-message.ts'

/** What a feed reads. */
export interface ChatSource {
  readonly conversation: Pick<ConversationOpener, 'store' | 'head' | 'mayAnswer' | 'retain'>
  readonly chatMessages: ChatMessages
  readonly threadId: string
  /** What the chats of the connection wait for. */
  readonly requests: ReadonlySet<ChatRequest>
}

/** The chunks for one chat: the conversation as it is now, and each change of it. */
export interface ChatFeed {
  readonly chunks: AsyncGenerator<ChatChunk, void, undefined>
  /** Looks for changes, after `requests` has changed. */
  look(): void
  /** Gives the messages again, because the chat has changed its own. */
  forget(): void
}

/**
 * Follows the conversation for one chat. A chunk is made when the chat asks for it, so that a slow chat is given fewer and larger ones.
 */
export function createChatFeed(source: ChatSource, signal: AbortSignal | undefined): ChatFeed {
  const { conversation, chatMessages, threadId, requests } = source
  const { store } = conversation
  const shown = createChatState()
  const runs = createChatRuns(threadId)
  /** The runs of the chunks that end one. */
  const ends = new WeakMap<ChatChunk, Run | undefined>()
  let wake = (): void => undefined

  function step(state: Conversation): readonly ChatChunk[] {
    const path = selectPath(state, conversation.head(state))
    // Messages that the page was loaded with stay until others can take their place.
    if (path.length === 0 && selectConnectionStatus(state) !== 'live') return []
    const now = runsIn(path)
    const begun = runs.begin(state, now, requests)
    const chunks = [...begun, ...shown.show(chatMessages(path))]
    for (const { chunk, run, messageId } of runs.end(state, now, requests)) {
      chunks.push(...(messageId === undefined ? [] : shown.beforeEnd(messageId)), chunk)
      ends.set(chunk, run)
    }
    return chunks
  }

  function runsIn(path: readonly Message[]): readonly Run[] {
    const isOpen = (message: Message) =>
      message.status === 'streaming' || message.status === 'stalled' || message.status === 'waiting' || runs.open.has(message.id)
    return path.flatMap((message, at) => {
      if (message.role !== 'assistant') return []
      // The answer to a prompt may have ended before the chat was given any of it.
      if (!isOpen(message) && (requests.size === 0 || at !== path.length - 1)) return []
      return [runOf(message, callIdsIn(path, message), (call) => mayRun(message, call))]
    })
  }

  function mayRun({ id }: Message, { toolCallId }: { readonly toolCallId: string }): boolean {
    return conversation.mayAnswer({ messageId: id, toolCallId })
  }

  function given(chunk: ChatChunk): void {
    if (chunk.type !== 'RUN_FINISHED') return
    shown.ended()
    const state = store.getState()
    const run = ends.get(chunk)
    for (const request of requests)
      if (request.runId === chunk.runId || (run && request.covers(state, run))) request.settle(state)
  }

  async function* chunks(): AsyncGenerator<ChatChunk, void, undefined> {
    const release = conversation.retain()
    const unsubscribe = store.subscribe(() => wake())
    const onAbort = (): void => wake()
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        const state = store.getState()
        const next = step(state)
        for (const chunk of next) {
          if (signal?.aborted) return
          yield chunk
          given(chunk)
        }
        if (signal?.aborted) return
        if (next.length > 0) continue
        if (selectConnectionStatus(state) === 'failed') throw new Error(selectError(state))
        await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      unsubscribe()
      release()
    }
  }

  return {
    chunks: chunks(),
    look: () => wake(),
    forget() {
      shown.forget()
      wake()
    },
  }
}
