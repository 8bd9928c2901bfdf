/** What a model yields: pieces of text in order. */
export type Source = AsyncIterable<string> | ReadableStream<string>

/** Pulls text from a source, one piece at a time. */
export interface SourceReader {
  /** The next piece, well-formed and not empty; undefined at the end. Rejects with what the source throws. */
  next(): Promise<string | undefined>
  /** Tells the source that nothing more is wanted. Does not wait for it: a source stuck in a request must not hold us. */
  close(): void
}

interface Pull {
  next(): Promise<IteratorResult<unknown, unknown>>
  cancel(): unknown
}

/** @param source a stream, an async iterable or the promise of one. */
export function openSource(source: Source | PromiseLike<Source>): SourceReader {
  const opened = Promise.resolve(source).then(pullFrom)
  opened.catch(() => undefined) // reported by next()
  let held = ''
  let ended = false

  return {
    async next() {
      const pull = await opened
      while (!ended) {
        const { done, value } = await pull.next()
        let text = held
        held = ''
        if (done) ended = true
        else if (typeof value === 'string') text += value
        else throw new TypeError(`unable to stream the response; the source yielded ${describe(value)} instead of a string`)
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
      opened.then((pull) => pull.cancel()).catch(() => undefined) // nobody is left to tell
    },
  }
}

function pullFrom(source: Source): Pull {
  if ('getReader' in source) {
    const reader = source.getReader()
    return { next: async () => toResult(await reader.read()), cancel: () => reader.cancel() }
  }
  const iterator = source[Symbol.asyncIterator]()
  return { next: () => iterator.next(), cancel: () => iterator.return?.() }
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

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
