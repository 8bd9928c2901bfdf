import type { UnheldConversation } from '@streamfold/client'
import { selectMessages, type Message } from '@streamfold/core'
import type { AnswerChunk } from './chat-message.ts'
import type { AnswerName } from './answer.ts'
import { findByKey, progressOf } from './answer.ts'
import type { AnswerStream } from './answer-stream.ts'
import { createAnswerStream } from './answer-stream.ts'
import type { SameTask } from './same-task.ts'
import { isRunning } from './ui-message.ts'
import { until } from './until.ts'

/** The answers that the chat is reading, and those it wanted no more of. */
export interface OpenAnswers {
  /** Begins to read an answer. Aborting `signal` stops it for everybody, unless the chat only leaves. */
  open(name: AnswerName, signal: AbortSignal | undefined): ReadableStream<AnswerChunk>
  /** Whether the chat is reading any answer, or the response of this serial. */
  reading(serial?: string): boolean
  /** Whether this answer was stopped, or dropped, here. */
  declined(name: AnswerName): boolean
  /** Ends the reading of one answer, or of all. Nobody is told to stop. */
  leave(name?: AnswerName): void
}

export interface OpenAnswersOptions {
  readonly conversation: UnheldConversation
  readonly metadata: (message: Message) => unknown
  /** Each marked in the task in which a chat drops its stream and wants nothing stopped. */
  readonly excuses: readonly SameTask[]
  /** Whether the chat is followed: then it resumes by itself what it does not read. */
  readonly followed: () => boolean
  /** What `reading` and `declined` say may be another. */
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

export function openAnswers({ conversation, metadata, excuses, followed, onChange, onError }: OpenAnswersOptions): OpenAnswers {
  const { store } = conversation
  const streams = new Set<AnswerStream>()
  const declined = new Set<AnswerName>()

  /** Who stops an answer wants it ended for everybody. Its text still comes until the agent has heard. */
  async function stop({ name, response }: AnswerStream): Promise<void> {
    const release = conversation.hold()
    try {
      const excused = await Promise.all(excuses.map((excuse) => excuse.marked()))
      if (excused.includes(true)) {
        declined.delete(name)
      } else {
        // useChat can stop its newest request only. An answer that it resumes it can stop.
        if (followed()) for (const other of streams) other.leave()
        await cancel(name, response)
      }
    } catch (error) {
      declined.delete(name)
      onError(error)
    } finally {
      release()
      onChange()
    }
  }

  async function cancel(name: AnswerName, response: Message | undefined): Promise<void> {
    const target = await until(store, (state) => {
      const progress = progressOf(state, name, response)
      if (progress.type === 'written') return isRunning(progress.message) ? progress.message.id : ''
      if (progress.type === 'missing') return ''
      const prompt = findByKey(selectMessages(state), name)
      // Still being sent: it has no serial to name yet.
      return prompt?.status === 'sending' ? undefined : (prompt?.id ?? '')
    })
    if (target) await conversation.stop(target)
  }

  return {
    open(name, signal) {
      const release = conversation.hold()
      const onAbort = (): void => {
        declined.add(name)
        stream.leave()
        void stop(stream)
      }
      const forget = async (): Promise<void> => {
        // It may end as it begins, before there is a stream to forget.
        await undefined
        streams.delete(stream)
        release()
        for (const other of streams) other.look()
        onChange()
      }
      const stream: AnswerStream = createAnswerStream({
        store,
        name,
        metadata,
        // The chat is `ready` when any of its requests has ended: they end together.
        mayEnd: () => [...streams].every(({ whole }) => whole),
        onEnd(how) {
          signal?.removeEventListener('abort', onAbort)
          if (how === 'dropped') declined.add(name)
          void forget()
        },
      })
      declined.delete(name)
      streams.add(stream)
      signal?.addEventListener('abort', onAbort, { once: true })
      return stream.chunks
    },
    reading: (serial) => (serial === undefined ? streams.size > 0 : [...streams].some(({ response }) => response?.id === serial)),
    declined: (name) => declined.has(name),
    leave(name) {
      for (const stream of streams) if (name === undefined || stream.name === name) stream.leave()
    },
  }
}
