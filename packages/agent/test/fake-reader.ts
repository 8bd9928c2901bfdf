import { sleep } from '@streamfold/core/transport'
import type { Clock } from '../src/clock.ts'
import type { StreamEnd } from '../src/source/chunk.ts'
import type { PartChunk } from '../src/source/parts/part-chunk.ts'
import type { SourceReader } from '../src/source/source.ts'

export interface TimedParts {
  readonly chunks: readonly PartChunk[]
  /** Milliseconds before they come. */
  readonly delay?: number
}

/** Gives parts at their pace and then ends, or throws `error`. */
export function fakeReader(
  clock: Clock,
  given: readonly TimedParts[],
  { error, end }: { readonly error?: Error | undefined; readonly end?: StreamEnd } = {},
): SourceReader {
  let taken = 0
  let onYield = (): void => undefined
  return {
    async next() {
      for (;;) {
        const next = given[taken++]
        if (!next) break
        if (next.delay) await sleep(clock, next.delay)
        onYield()
        if (next.chunks.length > 0) return next.chunks
      }
      if (error) throw error
      return undefined
    },
    watch: (listener) => void (onYield = listener),
    inTool: false,
    get end() {
      return taken > given.length ? (end ?? { finish: undefined, instead: 'nothing' }) : undefined
    },
    asked: () => undefined,
    ended: () => undefined,
    close: () => undefined,
  }
}

/** Each chunk by itself, after the same pause. */
export function paced(chunks: readonly PartChunk[], delay = 0): TimedParts[] {
  return chunks.map((chunk) => ({ chunks: [chunk], delay }))
}
