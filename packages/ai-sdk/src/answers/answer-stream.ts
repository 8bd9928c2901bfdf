import type { AnswerName } from '@streamfold/client'
import { answerProgress, isRunning } from '@streamfold/client'
import type { Message, Store } from '@streamfold/core'
import { selectMessage } from '@streamfold/core'
import type { AnswerChunk } from '../messages/chat-message.ts'
import { waitingCalls } from './answer-calls.ts'
import { givenOf, nextChunks, nothingGiven } from './answer-chunks.ts'

/** The stream of an answer into `useChat`. */
export interface AnswerStream {
  readonly name: AnswerName
  readonly chunks: ReadableStream<AnswerChunk>
  /** The answer, once it exists. */
  readonly response: Message | undefined
  /** Whether the full answer has been given. The stream may still be open. */
  readonly whole: boolean
  /** Ends the stream if it may end now. */
  look(): void
  /** Ends the stream without stopping the agent. */
  leave(): void
}

/** Options of an answer's stream. */
export interface AnswerStreamOptions {
  readonly store: Store
  readonly name: AnswerName
  readonly metadata: (message: Message) => unknown
  /** A response whose calls were decided in the chat, which shows it already: the stream has what follows. */
  readonly continued?: Message | undefined
  /** Whether the stream may end; called when the full answer has been given. */
  readonly mayEnd: () => boolean
  /** Whether the chat is given changed messages without a stream, and resumes an answer whose stream could not show a change. */
  readonly renewed: () => boolean
  /** Called once. `dropped`: the reader cancelled the stream. `replaced`: no chunk shows what has changed. */
  readonly onEnd: (how: Ending) => void
  /** Called once, when the reader has taken all chunks or has cancelled. */
  readonly onTaken: () => void
}

type Ending = 'ended' | 'left' | 'dropped' | 'replaced'

/** Reads an answer from the folded conversation, from its start to its end, with each notification of the store. */
export function createAnswerStream({
  store,
  name,
  metadata,
  continued,
  mayEnd,
  renewed,
  onEnd,
  onTaken,
}: AnswerStreamOptions): AnswerStream {
  let given = continued ? givenOf(continued, metadata(continued)) : nothingGiven
  let serial: string | undefined = continued?.id
  /** Whether an agent is still to go on with it. */
  let isDue = continued !== undefined
  let whole = false
  let ended = false
  /** Whether the reader waits for another chunk. */
  let waiting = false
  let controller: ReadableStreamDefaultController<AnswerChunk> | undefined
  let unsubscribe = (): void => undefined

  /** Always the same response, even if another one answers the prompt too. */
  function response(): Message | undefined {
    return serial === undefined ? undefined : selectMessage(store.getState(), serial)
  }

  function look(): void {
    const seen = answerProgress(store.getState(), name, response())
    if (ended || seen.type === 'waiting') return
    const chunks = seen.type === 'missing' ? lastWords(seen.reason) : answered(seen.message)
    if (!chunks) return replaced()
    const last = chunks.at(-1)
    whole = seen.type === 'missing' || ends(last)
    // A redaction may still arrive while the end is held back.
    for (const chunk of chunks) if (chunk !== last || !whole) give(chunk)
    if (!whole || !mayEnd()) return
    if (last) give(last)
    end('ended')
  }

  function answered(message: Message): readonly AnswerChunk[] | undefined {
    serial = message.id
    if (message.status !== 'waiting' || waitingCalls(store.getState(), message).length > 0) isDue = false
    const step = nextChunks(given, message, metadata(message), isRunning(message) || isDue)
    given = step?.given ?? given
    return step?.chunks
  }

  /** A chat that is renewed is given the new content at once, and resumes the answer from its start. */
  function replaced(): void {
    if (!renewed()) give({ type: 'error', errorText: REPLACED })
    end('replaced')
  }

  function give(chunk: AnswerChunk): void {
    waiting = false
    controller?.enqueue(chunk)
  }

  function end(how: Ending): void {
    if (ended) return
    ended = true
    unsubscribe()
    onEnd(how)
    if (waiting) close()
  }

  function close(): void {
    controller?.close()
    taken()
  }

  function taken(): void {
    controller = undefined
    waiting = false
    onTaken()
  }

  const chunks = new ReadableStream<AnswerChunk>(
    {
      start(given) {
        controller = given
      },
      pull() {
        waiting = true
        if (ended) close()
      },
      cancel() {
        waiting = false
        end('dropped')
        taken()
      },
    },
    // Without a queue, the reader asks for a chunk only after it has handled the one before.
    { highWaterMark: 0 },
  )
  unsubscribe = store.subscribe(look)
  look()

  return {
    name,
    chunks,
    get response() {
      return response()
    },
    get whole() {
      return whole
    },
    look,
    leave() {
      end('left')
      if (controller && !chunks.locked) close()
    },
  }
}

const REPLACED =
  'unable to show the answer; an earlier step of it was replaced: call `resumeStream`, `follow` or `followRedactions`'

function lastWords(reason: string | undefined): readonly AnswerChunk[] {
  return reason === undefined ? [] : [{ type: 'error', errorText: reason }]
}

function ends(chunk: AnswerChunk | undefined): boolean {
  return chunk?.type === 'finish' || chunk?.type === 'abort' || chunk?.type === 'error'
}
