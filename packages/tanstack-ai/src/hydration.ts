import type { ConversationOpener } from '@streamfold/client'
import { answerName, readOlder, runningAnswer } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectPath } from '@streamfold/core'
import type { SubscribeConnectionAdapter } from '@tanstack/ai-client'
import type { Run } from './feed/runs.ts'
import type { ChatMessages, ChatUIMessage } from './messages/ui-message.ts'

type Hydrated = Awaited<ReturnType<NonNullable<SubscribeConnectionAdapter['hydrate']>>>

/** What a chat is given when its page is loaded. */
interface Hydration {
  /** The newest messages, or those before one of them; as many as are wanted. */
  page(limit: number | undefined, before: string | undefined): Promise<Pick<Hydrated, 'messages' | 'page'>>
  /** The run that is going on, or the calls that wait. */
  going(): Pick<Hydrated, 'activeRun' | 'interrupts'>
}

/** @param runOf the newest run of a response */
export function createHydration(
  conversation: Pick<ConversationOpener, 'store' | 'head' | 'loadOlder'>,
  chatMessages: ChatMessages,
  runOf: (message: Message) => Run,
): Hydration {
  const { store, head } = conversation

  function shown(): readonly Message[] {
    const state = store.getState()
    return selectPath(state, head(state))
  }

  /** The messages before one of them. */
  function until(before: string | undefined): readonly ChatUIMessage[] {
    const all = chatMessages(shown())
    const end = before === undefined ? -1 : all.findIndex(({ id }) => id === before)
    return end < 0 ? all : all.slice(0, end)
  }

  return {
    async page(limit, before) {
      // One more is read, because a chat takes an empty page for an error.
      const wanted = limit === undefined ? (before === undefined ? 0 : 1) : limit + 1
      await readOlder(conversation, () => until(before).length >= wanted, undefined)
      const all = until(before)
      const page = limit === undefined ? all : all.slice(-limit)
      const [first] = page
      const isTruncated = first !== undefined && page.length < all.length
      return { messages: [...page], page: isTruncated ? { truncated: true, cursor: first.id } : { truncated: false } }
    },

    going() {
      const state = store.getState()
      const name = runningAnswer(state, shown(), head(state))
      const isNamed = (message: Message) => message.role === 'assistant' && answerName(state, message) === name
      const response = name === undefined ? undefined : shown().findLast(isNamed)
      const waiting = shown().filter(({ status }) => status === 'waiting')
      const run = waiting.map(runOf).findLast(({ interrupts }) => interrupts.length > 0)
      return {
        activeRun: name === undefined ? null : { runId: response ? runOf(response).id : name },
        interrupts: run ? { runId: run.id, pending: [...run.interrupts] } : null,
      }
    },
  }
}
