import { styleText } from 'node:util'
import { CommandError } from './command-error.ts'
import { jsonLine } from './format/visible.ts'

export type Format = Parameters<typeof styleText>[0] | 'plain'
export type Paint = (format: Format, text: string) => string

/** Where a command prints. */
export interface Output {
  /** JSON, a value a line, instead of lines for people. */
  readonly json: boolean
  readonly paint: Paint
  /** Characters on a line; Infinity where nobody looks. */
  readonly columns: number
  print(line: string): void
  printJson(value: unknown): void
}

/** The part of `process.stdout` that is used. */
export interface Sink {
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(): boolean
  write(text: string): unknown
}

export const outputOptions = {
  json: { type: 'boolean' },
  text: { type: 'boolean' },
} as const

/** People read a terminal and programs read the rest, unless an option says otherwise. NO_COLOR is honoured. */
export function outputTo(sink: Sink, { json, text }: { json?: boolean; text?: boolean }): Output {
  if (json && text) throw new CommandError('usage', 'unable to print; --json and --text exclude each other: leave one out')
  const terminal = sink.isTTY === true
  return {
    json: json ?? (!text && !terminal),
    paint: terminal && sink.hasColors?.() ? colours : (_, line) => line,
    columns: terminal ? sink.columns || 80 : Infinity,
    print: (line) => void sink.write(`${line}\n`),
    printJson: (value) => void sink.write(`${jsonLine(value)}\n`),
  }
}

// Whether to colour was decided above, by the stream that is written to.
const colours: Paint = (format, text) => (format === 'plain' ? text : styleText(format, text, { validateStream: false }))
