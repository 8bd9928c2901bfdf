import process from 'node:process'
import type { DestinationStream, Logger } from 'pino'
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'

/** How the log is written. */
export interface LogChoice {
  /** One of pino's levels; `silent` for none. */
  readonly level: string
  /** `json` for a program that collects logs, `text` for a person at a terminal. */
  readonly format: 'json' | 'text'
  /** Whether error messages are logged too, which may hold what users wrote. */
  readonly contents: boolean
}

/** A log without contents: errors are named by kind and code, as a provider's message may quote the key or the prompt. */
export function createLogger({ level, format, contents }: LogChoice, to?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: (error: unknown) => describe(error, contents) } }
  if (format === 'text') return pino(options, asText(to ?? process.stdout))
  return to ? pino(options, to) : pino(options)
}

/** A line for each entry: its level, its message, and its fields as JSON. */
function asText(to: DestinationStream): DestinationStream {
  // Errors are objects of a few fields here (see `describe`): they fit on the line too.
  const lineOf = prettyFactory({ colorize: false, singleLine: true, ignore: 'time', errorLikeObjectKeys: [] })
  return { write: (line) => to.write(lineOf(line)) }
}

function describe(error: unknown, contents: boolean): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown } // ErrorInfo and APICallError carry them
  const kind = kindIn(code)
  return {
    type: kindIn(error.name) ?? 'Error',
    ...(kind !== undefined && { code: kind }),
    ...(typeof statusCode === 'number' && { statusCode }),
    ...(contents && { message: error.message, stack: error.stack }),
  }
}

/** A number, or a name of a few words. What else an error has there (a server writes it) may be contents. */
function kindIn(value: unknown): string | number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > 64) return undefined
  return value.split(/[_.-]/).every((word) => /^[A-Za-z]+\d?$/.test(word)) ? value : undefined
}
