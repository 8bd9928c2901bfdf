import type { ConversationOpener } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectConnectionStatus, selectPath } from '@streamfold/core'
import type { ChatMessages } from '../messages/ui-message.ts'
import { callIdsIn } from '../messages/ui-message.ts'
import type { ChatRequest } from '../send/requests.ts'
import type { ChatChunk } from './chat-chunk.ts'
import { createChatRuns } from './chat-runs.ts'
import { createChatState } from './chat-state.ts'
import type { Run } from './runs.ts'
import { runOf } from './runs.ts'

/** What a chat is given of. */
export interface ChatSource {
  readonly conversation: Pick<ConversationOpener, 'store' | 'head' | 'mayAnswer' | 'retain'>
  readonly chatMessages: ChatMessages
  readonly threadId: string
  /** What the chats of the connection wait for. */
  readonly requests: ReadonlySet<ChatRequest>
}

/** The conversation as chunks for one chat, state by state. */
export interface ChatSteps {
  /** The chunks after which the chat shows a state. All of them are to be given. */
  step(state: Conversation): readonly ChatChunk[]
  /** Records that the chat has handled a chunk. */
  given(chunk: ChatChunk, state: Conversation): void
  /** Gives the messages again, because the chat has changed its own. */
  forget(): void
}

export function createChatSteps({ conversation, chatMessages, threadId, requests }: ChatSource): ChatSteps {
  const shown = createChatState()
  const runs = createChatRuns(threadId)
  /** The runs of the chunks that end one. */
  const ends = new WeakMap<ChatChunk, Run | undefined>()

  function runsIn(path: readonly Message[]): readonly Run[] {
    return path.flatMap((message, at) => {
      if (message.role !== 'assistant') return []
      // The answer to a prompt may have ended before the chat was given any of it.
      if (!isOpen(message) && !runs.open.has(message.key) && (requests.size === 0 || at !== path.length - 1)) return []
      const mayAnswer = ({ toolCallId }: { readonly toolCallId: string }) =>
        conversation.mayAnswer({ messageId: message.id, toolCallId })
      return [runOf(message, callIdsIn(path, message), mayAnswer)]
    })
  }

  return {
    step(state) {
      const path = selectPath(state, conversation.head(state))
      // Messages that the page was loaded with stay until others can take their place.
      if (path.length === 0 && selectConnectionStatus(state) !== 'live' && !shown.isGiven()) return []
      const now = runsIn(path)
      const begun = runs.begin(state, now, requests)
      const chunks = [...begun, ...shown.show(chatMessages(path))]
      for (const { chunk, run, messageId } of runs.end(state, now, requests)) {
        chunks.push(...(messageId === undefined ? [] : shown.beforeEnd(messageId)), chunk)
        ends.set(chunk, run)
      }
      return chunks
    },

    given(chunk, state) {
      if (chunk.type !== 'RUN_FINISHED') return
      shown.ended()
      const run = ends.get(chunk)
      for (const request of requests)
        if (request.runId === chunk.runId || (run && request.covers(state, run))) request.settle(state)
    },

    forget: () => shown.forget(),
  }
}

function isOpen({ status }: Message): boolean {
  return status === 'streaming' || status === 'stalled' || status === 'waiting'
}
