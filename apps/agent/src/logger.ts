import type { DestinationStream, Logger } from 'pino'
import { pino } from 'pino'

/**
 * JSON lines, without contents: errors are named by kind and code, as a provider's message may quote the key or the prompt.
 *
 * @param level pino's; `silent` for none
 * @param contents whether error messages are logged too, which may hold what users wrote
 */
export function createLogger(level: string, contents: boolean, to?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: (error: unknown) => describe(error, contents) } }
  return to ? pino(options, to) : pino(options)
}

function describe(error: unknown, contents: boolean): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown } // ErrorInfo and APICallError carry them
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    ...(statusCode !== undefined && { statusCode }),
    ...(contents && { message: error.message, stack: error.stack }),
  }
}
