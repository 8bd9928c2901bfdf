import type { AnswerName, ConversationOpener } from '@streamfold/client'
import { stopAnswer } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { AnswerChunk } from '../messages/chat-message.ts'
import type { AnswerStream } from './answer-stream.ts'
import { createAnswerStream } from './answer-stream.ts'
import type { SameTask } from '../same-task.ts'

/** The answers that the chat is reading, and those that it declined. */
export interface OpenAnswers {
  /** Called in the task in which a request of the chat begins: its abort counts from then on, also before there is a stream. */
  heed(signal: AbortSignal | undefined): void
  /** Starts to read an answer, or what follows in one that was `continued`. Aborting `signal` stops it in every tab, unless the chat only leaves. */
  open(name: AnswerName, signal: AbortSignal | undefined, continued?: Message): ReadableStream<AnswerChunk>
  /** Whether the chat is reading any answer, or the response of this serial. */
  reading(serial?: string): boolean
  /** Whether this answer was stopped, or dropped, here. */
  declined(name: AnswerName): boolean
  /** Whether the stream of this answer ended because no chunk could show a change of it. */
  replaced(name: AnswerName): boolean
  /** Ends the stream of one answer, or of all, without stopping an agent. */
  leave(name?: AnswerName): void
}

/** Options of `openAnswers`. */
export interface OpenAnswersOptions {
  readonly conversation: ConversationOpener
  readonly metadata: (message: Message) => unknown
  /** Marked in the task in which a chat drops its stream without stopping the answer. */
  readonly excuses: readonly SameTask[]
  /** Whether the chat is followed: then it resumes answers by itself. */
  readonly followed: () => boolean
  /** Whether the chat is given changed messages without a stream. */
  readonly renewed: () => boolean
  /** Called after the result of `reading`, `declined` or `replaced` may have changed. */
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

/** Creates the list of answers that a chat reads. */
export function openAnswers({
  conversation,
  metadata,
  excuses,
  followed,
  renewed,
  onChange,
  onError,
}: OpenAnswersOptions): OpenAnswers {
  const { store } = conversation
  const streams = new Set<AnswerStream>()
  const declined = new Set<AnswerName>()
  const replaced = new Set<AnswerName>()

  /** Whether the aborts of requests are excused. */
  const excusedBy = new WeakMap<AbortSignal, Promise<boolean>>()

  async function isExcused(): Promise<boolean> {
    return (await Promise.all(excuses.map((excuse) => excuse.marked()))).includes(true)
  }

  /** Stops the answer in every tab. Its text still arrives until the agent has received the cancel. */
  async function stop({ name, response }: AnswerStream, excused: Promise<boolean>): Promise<void> {
    const release = conversation.retain()
    try {
      if (await excused) {
        declined.delete(name)
      } else {
        // useChat can stop only its newest request. It can stop an answer that it resumes.
        if (followed()) for (const other of streams) other.leave()
        await stopAnswer(conversation, name, response)
      }
    } catch (error) {
      declined.delete(name)
      onError(error)
    } finally {
      release()
      onChange()
    }
  }

  return {
    open(name, signal, continued) {
      const release = conversation.retain()
      const onAbort = (): void => {
        declined.add(name)
        stream.leave()
        void stop(stream, (signal && excusedBy.get(signal)) ?? isExcused())
      }
      const forget = async (): Promise<void> => {
        // The chat ends its request in this task. If it read another answer meanwhile, the end would make it `ready`.
        await new Promise((resolve) => setTimeout(resolve))
        streams.delete(stream)
        release()
        for (const other of streams) other.look()
        onChange()
      }
      const stream: AnswerStream = createAnswerStream({
        store,
        name,
        metadata,
        continued,
        // The chat is `ready` when any of its requests has ended, so they must end together.
        mayEnd: () => [...streams].every(({ whole }) => whole),
        renewed,
        onEnd(how) {
          signal?.removeEventListener('abort', onAbort)
          if (how === 'dropped') declined.add(name)
          if (how === 'replaced') replaced.add(name)
        },
        onTaken: () => void forget(),
      })
      declined.delete(name)
      replaced.delete(name)
      streams.add(stream)
      if (signal?.aborted) onAbort()
      else signal?.addEventListener('abort', onAbort, { once: true })
      return stream.chunks
    },
    heed(signal) {
      // The excuses are those of the task in which it aborts.
      signal?.addEventListener('abort', () => void excusedBy.set(signal, isExcused()), { once: true })
    },
    reading: (serial) => (serial === undefined ? streams.size > 0 : [...streams].some(({ response }) => response?.id === serial)),
    declined: (name) => declined.has(name),
    replaced: (name) => replaced.has(name),
    leave(name) {
      for (const stream of streams) if (name === undefined || stream.name === name) stream.leave()
    },
  }
}
