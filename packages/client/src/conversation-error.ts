export type ConversationErrorCode =
  | 'empty-prompt'
  | 'prompt-too-large'
  | 'nothing-to-retry'
  | 'stop-failed'
  | 'older-unread'
  | 'no-serial'
  | 'append-in-doubt'
  | 'no-channel'
  | 'no-channel-name'
  | 'no-client'
  | 'wrong-client-id'
  | 'wrong-option'
  | 'wrong-headers'

/** What a call on a conversation rejects with. The message reads "unable to X; reason: what to do". */
export class ConversationError extends Error {
  readonly code: ConversationErrorCode

  /** @param cause what the service or the client said, where it was they who refused. */
  constructor(code: ConversationErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ConversationError'
    this.code = code
  }
}

/** The words of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
    ? String(error.message)
    : String(error)
}
