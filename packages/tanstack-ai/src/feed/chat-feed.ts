import { selectError } from '@streamfold/client'
import { selectConnectionStatus } from '@streamfold/core'
import type { ChatChunk } from './chat-chunk.ts'
import type { ChatSource } from './chat-steps.ts'
import { createChatSteps } from './chat-steps.ts'

/** The chunks for one chat: the conversation as it is now, and each change of it. */
export interface ChatFeed {
  readonly chunks: AsyncGenerator<ChatChunk, void, undefined>
  /** Looks for changes, after the requests have changed. */
  look(): void
  /** Gives the messages again, because the chat has changed its own. */
  forget(): void
}

/** Follows the conversation for one chat. A chunk is made when the chat asks for it, so that a slow chat is given fewer and larger ones. */
export function createChatFeed(source: ChatSource, signal: AbortSignal | undefined): ChatFeed {
  const { store, retain } = source.conversation
  const steps = createChatSteps(source)
  let wake = (): void => undefined

  async function* chunks(): AsyncGenerator<ChatChunk, void, undefined> {
    const release = retain()
    const unsubscribe = store.subscribe(() => wake())
    const onAbort = (): void => wake()
    signal?.addEventListener('abort', onAbort)
    try {
      for (;;) {
        const state = store.getState()
        const next = steps.step(state)
        for (const chunk of next) {
          if (signal?.aborted) return
          yield chunk
          steps.given(chunk, store.getState())
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
      steps.forget()
      wake()
    },
  }
}
