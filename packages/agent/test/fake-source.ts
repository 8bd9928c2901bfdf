import type { Clock } from '../src/clock.ts'
import { sleep } from '@streamfold/core/transport'

export interface TimedText {
  readonly text: string
  /** Milliseconds before it comes. */
  readonly delay: number
}

export interface FakeSource extends AsyncIterable<string> {
  readonly pulled: () => number
  readonly closed: () => boolean
}

/** Yields `pieces` at their pace and then ends, or throws `error`. Notes whether it was run to its end or closed. */
export function fakeSource(clock: Clock, pieces: readonly TimedText[], error?: Error): FakeSource {
  let pulled = 0
  let closed = false
  return {
    pulled: () => pulled,
    closed: () => closed,
    [Symbol.asyncIterator]: () => ({
      async next() {
        const piece = pieces[pulled++]
        if (piece) {
          if (piece.delay > 0) await sleep(clock, piece.delay)
          return { done: false, value: piece.text }
        }
        closed = true
        if (error) throw error
        return { done: true, value: undefined }
      },
      async return() {
        closed = true
        return { done: true, value: undefined }
      },
    }),
  }
}

export function pieces(...texts: string[]): TimedText[] {
  return texts.map((text) => ({ text, delay: 0 }))
}
