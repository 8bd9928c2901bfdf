export interface ErrorInfo {
  readonly message: string
  readonly code: number
  readonly statusCode: number
  readonly href: string
}

/** An error as the protocol carries it: an Ably code beside the HTTP status. */
export class AblyError extends Error {
  readonly code: number
  readonly statusCode: number

  constructor(code: number, statusCode: number, message: string) {
    super(message)
    this.name = 'AblyError'
    this.code = code
    this.statusCode = statusCode
  }

  toWire(): ErrorInfo {
    return {
      message: this.message,
      code: this.code,
      statusCode: this.statusCode,
      href: `https://help.ably.io/error/${this.code}`,
    }
  }
}

export function toAblyError(error: unknown): AblyError {
  if (error instanceof AblyError) return error
  return new AblyError(50000, 500, `internal error; ${error instanceof Error ? error.message : String(error)}`)
}
