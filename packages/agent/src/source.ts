import type { Clock } from './clock.ts'
import { sleep } from './clock.ts'
import type { Piece } from './piece.ts'
import { createPieceReader } from './piece.ts'

/**
 * What a model yields, in order: its text, or the parts of its stream as the AI SDK, OpenAI's and Anthropic's packages give
 * them. The result of the AI SDK's `streamText` is one too.
 */
export type Source = Stream | { readonly stream: Stream } | { readonly fullStream: Stream } | { readonly textStream: Stream }
type Stream = AsyncIterable<Piece> | ReadableStream<Piece>

/** Pulls text from a source, one piece at a time. */
export interface SourceReader {
  /** The next piece, well-formed and not empty; undefined at the end. Rejects with what the source throws. */
  next(): Promise<string | undefined>
  /** Whether the source itself is there: a promise of it is not. */
  readonly opened: boolean
  /** Tells the source that nothing more is wanted. Does not wait for it: a source stuck in a request must not hold us. */
  close(): void
}

interface Pull {
  next(): Promise<IteratorResult<unknown, unknown>>
  cancel(): unknown
}

/** Pieces taken before other work of the process gets its turn: a source that is never waited for would let nothing else run. */
const TURN = 256

/** @param source a stream, an async iterable or the promise of one. */
export function openSource(source: Source | PromiseLike<Source>, clock: Clock): SourceReader {
  const pieces = createPieceReader()
  let opened = false
  const opening = Promise.resolve(source).then((stream) => {
    opened = true
    return pullFrom(stream)
  })
  opening.catch(() => undefined) // reported by next()
  let held = ''
  let ended = false
  let taken = 0

  async function pull(from: Pull): Promise<string> {
    if (++taken % TURN === 0) await sleep(clock, 1)
    const { done, value } = await from.next()
    if (!done) return pieces.read(value)
    ended = true
    pieces.end()
    return ''
  }

  return {
    get opened() {
      return opened
    },
    async next() {
      const from = await opening
      while (!ended) {
        let text = held
        held = ''
        text += await pull(from)
        if (!ended && endsInHighSurrogate(text)) {
          // Half of a character would reach the wire as U+FFFD: it waits for its other half.
          held = text.slice(-1)
          text = text.slice(0, -1)
        }
        if (text !== '') return wellFormed(text)
      }
      return undefined
    },
    close() {
      if (ended) return
      ended = true
      opening.then((from) => from.cancel()).catch(() => undefined) // nobody is left to tell
    },
  }
}

function pullFrom(source: Source): Pull {
  if (typeof source !== 'object' || source === null) throw new TypeError('unable to stream the response; the source is no stream')
  if ('getReader' in source) {
    const reader = source.getReader()
    return { next: async () => toResult(await reader.read()), cancel: () => reader.cancel() }
  }
  if (Symbol.asyncIterator in source) {
    const iterator: AsyncIterator<unknown> = source[Symbol.asyncIterator]()
    return { next: () => iterator.next(), cancel: () => iterator.return?.() }
  }
  // Whichever is there first tells most: the others say nothing of errors. Each may be read once.
  if ('stream' in source) return pullFrom(source.stream)
  if ('fullStream' in source) return pullFrom(source.fullStream)
  if ('textStream' in source) return pullFrom(source.textStream)
  throw new TypeError('unable to stream the response; the source is no stream')
}

function toResult(read: { done: boolean; value?: unknown }): IteratorResult<unknown, unknown> {
  return read.done ? { done: true, value: undefined } : { done: false, value: read.value }
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}

/** What the wire's UTF-8 would make of it, so that the text we know equals the text that is stored. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{fffd}')
}
