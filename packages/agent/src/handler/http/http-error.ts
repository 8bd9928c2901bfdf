/** A refusal of an HTTP request, as `{ error: { code, message } }`. The message says what to do, and holds nothing secret. */
export class HttpError extends Error {
  readonly status: number
  /** For programs. */
  readonly code: string
  readonly more: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param more further fields beside `code` and `message`
   * @param headers of the response. Default: none of its own
   */
  constructor(
    status: number,
    code: string,
    message: string,
    more: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'HttpError'
    this.status = status
    this.code = code
    this.more = more
    this.headers = headers
  }

  toJSON(): { error: Readonly<Record<string, string>> } {
    return { error: { code: this.code, message: this.message, ...this.more } }
  }
}
