export type ConversationErrorCode =
  | 'empty-prompt'
  | 'prompt-too-large'
  | 'wrong-file'
  | 'no-upload'
  | 'upload-failed'
  | 'nothing-to-retry'
  | 'stop-failed'
  | 'prompt-taken'
  | 'edit-failed'
  | 'withdraw-failed'
  | 'regenerate-failed'
  | 'branch-not-shared'
  | 'not-loaded'
  | 'not-asked'
  | 'not-permitted'
  | 'too-late'
  | 'input-changed'
  | 'answer-too-large'
  | 'answer-failed'
  | 'not-notified'
  | 'older-unread'
  | 'no-serial'
  | 'append-in-doubt'
  | 'no-channel'
  | 'no-channel-name'
  | 'no-client'
  | 'wrong-client-id'
  | 'wrong-option'
  | 'wrong-headers'
  | 'wrong-argument'

/** The error of a call on a conversation. Its message reads "unable to X; reason: what to do". */
export class ConversationError extends Error {
  readonly code: ConversationErrorCode

  /** @param cause the error of the service or the client, if one of them refused */
  constructor(code: ConversationErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ConversationError'
    this.code = code
  }
}

/** The message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)
    ? String(error.message)
    : String(error)
}
