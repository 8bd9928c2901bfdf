import { styleText } from 'node:util'
import { CommandError } from './command-error.ts'
import { jsonLine } from './format/visible.ts'

/** A text style of a terminal. */
export type Format = Parameters<typeof styleText>[0] | 'plain'
/** Applies a text style, or returns the text unchanged. */
export type Paint = (format: Format, text: string) => string

/** Where and how a command prints. */
export interface Output {
  /** JSON, one value per line, instead of text for people. */
  readonly json: boolean
  readonly paint: Paint
  /** Columns of a line; Infinity if the output is not a terminal. */
  readonly columns: number
  print(line: string): void
  printJson(value: unknown): void
}

/** The members of `process.stdout` that are used. */
export interface Sink {
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(): boolean
  write(text: string): unknown
}

/** The options that choose the output. */
export const outputOptions = {
  json: { type: 'boolean' },
  text: { type: 'boolean' },
} as const

/** Text for a terminal and JSON otherwise, unless an option says so. NO_COLOR is honoured. */
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

// The line above decided about colours, from the stream that is written to.
const colours: Paint = (format, text) => (format === 'plain' ? text : styleText(format, text, { validateStream: false }))
