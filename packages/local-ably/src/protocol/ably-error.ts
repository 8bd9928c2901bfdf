import { describeFailure } from '../shared/guarded.ts'

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

/**
 * The error that a client is sent. What no code of the server throws on purpose may say anything, paths of this machine too, so it goes to
 * the log alone.
 *
 * @param edge where it came up, for the log
 */
export function toAblyError(error: unknown, edge: string, log: (line: string) => void): AblyError {
  if (error instanceof AblyError) return error
  log(describeFailure(edge, error))
  return new AblyError(50000, 500, 'unable to answer; the server failed: see its log')
}
