import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** An HTTP error response. The message says what to do. */
export class HttpError extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly more: Readonly<Record<string, string>>

  constructor(status: ContentfulStatusCode, code: string, message: string, more: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }

  toJSON(): { error: Readonly<Record<string, string>> } {
    return { error: { code: this.code, message: this.message, ...this.more } }
  }
}
