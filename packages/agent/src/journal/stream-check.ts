import { createPieceReader } from '../source/chunk.ts'
import { isFields } from '../source/fields.ts'

/** Finds out whether a stream is whole: what has failed or broken off is not recorded. */
export interface StreamCheck {
  /** @throws what the stream reports as its failure */
  read(chunk: unknown): void
  /** @throws when the stream has ended too soon */
  end(): void
}

/** Of what `respond` yields. */
export function checkSource(): StreamCheck {
  const reader = createPieceReader(
    ({ message }) => message,
    () => undefined, // It is reported where it is written.
  )
  return {
    read(chunk) {
      reader.read(chunk)
      if (reader.failure) throw reader.failure
    },
    end: () => void reader.end(),
  }
}

/** Of what a model of the AI SDK gives. */
export function checkModel(): StreamCheck {
  let hasFinished = false
  return {
    read(chunk) {
      if (!isFields(chunk)) return
      if (chunk['type'] === 'error') throw chunk['error']
      hasFinished ||= chunk['type'] === 'finish'
    },
    end() {
      if (!hasFinished) throw new Error('the stream from the model ended before the model did')
    },
  }
}
