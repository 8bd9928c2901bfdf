/** A part that a tool adds to the response: data of the apps, or a source. */
export type EmittedPart =
  | { readonly type: 'data-chart'; readonly id: string; readonly data: Chart }
  | { readonly type: 'data-progress'; readonly id: string; readonly data: Progress }
  | DocumentSource

/** A page, as the AI SDK names a document. */
export interface DocumentSource {
  readonly type: 'source'
  readonly sourceType: 'document'
  readonly id: string
  readonly mediaType: string
  readonly title: string
  readonly filename: string
}

/** What the apps draw as a bar chart. */
interface Chart {
  readonly title: string
  readonly unit?: string
  readonly rows: readonly ChartRow[]
}

export interface ChartRow {
  readonly label: string
  readonly value: number
}

/** What the apps show as a progress card. */
interface Progress {
  readonly label: string
  /** From 0 to 1. */
  readonly value: number
  readonly detail?: string
}

export type Emit = (part: EmittedPart) => void

/** Adds the parts that tools emit to the stream of a model that calls them, each as soon as it is emitted. */
export interface Emitter {
  readonly emit: Emit
  /** Yields what the stream yields and what is emitted meanwhile. */
  read<T>(stream: AsyncIterable<T>): AsyncGenerator<T | EmittedPart>
}

export function createEmitter(): Emitter {
  const emitted: EmittedPart[] = []
  let wake = (): void => undefined
  return {
    emit(part) {
      emitted.push(part)
      wake()
    },
    async *read(stream) {
      const iterator = stream[Symbol.asyncIterator]()
      try {
        for (;;) {
          const next = iterator.next()
          let result: Awaited<typeof next> | undefined
          while (!result) {
            const woken = new Promise<undefined>((resolve) => {
              wake = () => resolve(undefined)
            })
            if (emitted.length === 0) result = await Promise.race([next, woken])
            // A tool emits before its result is in the stream, and so it is read.
            yield* emitted.splice(0)
          }
          if (result.done) return
          yield result.value
        }
      } finally {
        await iterator.return?.()
      }
    },
  }
}
