/**
 * An error whose message is for the readers of a conversation. What else a model or a source throws is for developers: its message may hold a
 * key, a URL or a prompt.
 */
export class ReaderError extends Error {
  override readonly name: string = 'ReaderError'
}

/** The text that readers see for a failure, unless the option `describe` gives another. */
export function describeSafely(error: unknown): string {
  return error instanceof ReaderError && error.message !== '' ? error.message : 'the model failed'
}
