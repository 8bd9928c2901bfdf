import type { Clock } from '../clock.ts'
import { sleep } from '@streamfold/core/transport'
import type { KnownCall } from './parts/calls.ts'
import type { Observing } from '../observe/observing.ts'
import { followSource } from '../observe/source-calls.ts'
import type { Chunk, StreamEnd } from './chunk.ts'
import { createPieceReader, nameOf } from './chunk.ts'
import type { PartChunk } from './parts/part-chunk.ts'
import { createToolFailures } from './errors/tool-failures.ts'
import { createWholeCharacters } from './parts/whole-characters.ts'

/**
 * What a model yields, in order: its text, or the parts of its stream as the AI SDK, OpenAI's and Anthropic's packages give
 * them. The result of the AI SDK's `streamText` is one too.
 */
export type Source = Stream | { readonly stream: Stream } | { readonly fullStream: Stream } | { readonly textStream: Stream }
type Stream = AsyncIterable<Chunk> | ReadableStream<Chunk>

/** Pulls parts from a source, as one chunk of it after another gives them. */
export interface SourceReader {
  /** What comes next, well-formed and never empty; undefined at the end. Rejects with what the source throws. */
  next(): Promise<readonly PartChunk[] | undefined>
  /** Calls the listener with everything that the source yields, also what makes no part. */
  watch(listener: () => void): void
  /** A tool has been called and has not given its result. */
  readonly inTool: boolean
  /** What the stream came to; undefined before its end. */
  readonly end: StreamEnd | undefined
  /** The model is asked, for an observer. */
  asked(): void
  /** Nothing more is read, for an observer. @param error why, if it failed */
  ended(error?: unknown): void
  /** Tells the source that nothing more is wanted. Does not wait for it: a source stuck in a request must not hold us. */
  close(): void
}

interface Pull {
  next(): Promise<IteratorResult<unknown, unknown>>
  cancel(): unknown
}

/** Pieces taken before other work of the process gets its turn: a source that is never waited for would let nothing else run. */
const TURN = 256

/**
 * @param source a stream, an async iterable or the promise of one
 * @param describe gives the sentence that readers see for a tool that failed
 * @param onError called once when a part of it is left out because its shape is not known, and with each tool that failed
 * @param known the calls of a response that goes on
 * @param observing follows the calls of models and tools
 */
export function openSource(
  source: Source | PromiseLike<Source>,
  clock: Clock,
  describe: (error: Error) => string,
  onError: (error: unknown) => void,
  known?: readonly KnownCall[],
  observing?: Observing,
): SourceReader {
  const chunks = createPieceReader(
    describe,
    (what) => onError(new TypeError(`unable to read all of the model’s stream; ${what}: it was left out`)),
    known,
  )
  const calls = observing && followSource(observing, known)
  const reportToolFailure = createToolFailures((error) => {
    calls?.toolFailed(error)
    onError(error)
  })
  const opening = Promise.resolve(source).then(pullFrom)
  opening.catch(() => undefined) // reported by next()
  const characters = createWholeCharacters()
  let ended = false
  let taken = 0
  let end: StreamEnd | undefined
  let onYield = (): void => undefined

  async function pull(from: Pull): Promise<readonly PartChunk[]> {
    // The parts before a failure, and with it, have been handed out.
    if (chunks.failure) throw chunks.failure
    if (++taken % TURN === 0) await sleep(clock, 1)
    const result: unknown = await (observing ? observing.within(() => from.next()) : from.next())
    if (typeof result !== 'object' || result === null) throw noResult(result)
    const { done, value } = result as IteratorResult<unknown, unknown> // As far as one can tell.
    onYield()
    if (!done) {
      reportToolFailure(value)
      const parts = chunks.read(value)
      calls?.read(parts, chunks.account)
      return characters.take(parts)
    }
    ended = true
    if (typeof value === 'string') onError(returned())
    const last = chunks.end()
    end = last.end
    return [...characters.take(last.parts), ...characters.rest()]
  }

  return {
    watch(listener) {
      onYield = listener
    },
    get inTool() {
      return chunks.inTool
    },
    get end() {
      return end
    },
    asked: () => calls?.asked(),
    ended: (error) => calls?.ended(chunks.account, error),
    async next() {
      const from = await opening
      while (!ended) {
        const parts = await pull(from)
        if (parts.length > 0) return parts
      }
      return undefined
    },
    close() {
      if (ended) return
      ended = true
      opening.then((from) => from.cancel()).catch(() => undefined) // the response has ended, so the error has no reader
    },
  }
}

/** What a source yields, as it is. It is closed when the loop over it ends early. @throws when it is no source */
export async function* chunksOf(source: Source): AsyncGenerator<unknown, void> {
  const from = pullFrom(source)
  let isOpen = true
  try {
    for (;;) {
      const { done, value } = await from.next()
      isOpen = done !== true
      if (!isOpen) return
      yield value
    }
  } finally {
    if (isOpen) await from.cancel()
  }
}

function pullFrom(source: Source): Pull {
  if (typeof source !== 'object' || source === null) throw noStream(source)
  if ('getReader' in source) {
    if (source.locked) throw locked()
    const reader = source.getReader()
    return { next: async () => toResult(await reader.read()), cancel: () => reader.cancel() }
  }
  if (Symbol.asyncIterator in source) {
    if (typeof source[Symbol.asyncIterator] !== 'function') throw noStream(source)
    const iterator: AsyncIterator<unknown> | undefined = source[Symbol.asyncIterator]()
    if (typeof iterator?.next !== 'function') throw noStream(source)
    return { next: () => iterator.next(), cancel: () => iterator.return?.() }
  }
  // Whichever is there first says most: the others hold no errors. Each may be read once.
  for (const name of ['stream', 'fullStream', 'textStream']) {
    const inner = name in source && (source as Readonly<Record<string, unknown>>)[name] // As just looked up.
    if (isStream(inner)) return pullFrom(inner)
  }
  throw noStream(source)
}

function isStream(value: unknown): value is Stream {
  return typeof value === 'object' && value !== null && ('getReader' in value || Symbol.asyncIterator in value)
}

function noResult(result: unknown): TypeError {
  return new TypeError(`unable to read the model’s stream; its iterator gave ${nameOf(result)}: give { done, value }`)
}

function returned(): TypeError {
  return new TypeError('unable to read all of the model’s stream; it returned a string: it was left out; yield it instead')
}

function locked(): TypeError {
  return new TypeError('unable to stream the response; the stream is being read by somebody else: return one that is not')
}

/** Names what was given, and never what it holds: for the developer, and yet it is logged. */
function noStream(given: unknown): TypeError {
  return new TypeError(`unable to stream the response; the source is ${nameOf(given)}, not a stream: ${adviceFor(given)}`)
}

function adviceFor(given: unknown): string {
  if (typeof given === 'string') return 'yield the text from an async generator'
  if (typeof given === 'function') return 'call it, and return what it returns'
  if (given instanceof Response) return 'return what the model’s package gives, not the HTTP response made of it'
  if (typeof given === 'object' && given !== null && ('choices' in given || 'content' in given || 'output' in given))
    return 'it is a finished answer; ask the model with stream: true'
  return 'return an async iterable or a ReadableStream of text, the result of streamText, or the stream of OpenAI’s or Anthropic’s package'
}

function toResult(read: { done: boolean; value?: unknown }): IteratorResult<unknown, unknown> {
  return read.done ? { done: true, value: undefined } : { done: false, value: read.value }
}
