import type { Conversation } from './conversation.ts'
import { emptyConversation } from './conversation.ts'
import type { ConversationEvent } from './event.ts'
import { reduce } from './reduce.ts'

export interface LogEntry {
  readonly event: ConversationEvent
}

const format = 'streamfold-log'
const version = 1

/**
 * Folds a log from the beginning.
 * @param until fold only the first `until` events. Default: all.
 */
export function replay(
  log: readonly LogEntry[],
  { until = log.length, initial = emptyConversation() }: { until?: number; initial?: Conversation } = {},
): Conversation {
  let state = initial
  for (let i = 0; i < Math.min(until, log.length); i++) state = reduce(state, log[i]!.event)
  return state
}

/** The log as JSON lines: a header that names format and version, then an event a line. */
export function exportLog(log: readonly LogEntry[]): string {
  return [{ format, version }, ...log.map(({ event }) => event)].map((line) => JSON.stringify(line)).join('\n')
}

/** @throws when `text` is not a log of this version, naming the line. */
export function importLog(text: string): readonly LogEntry[] {
  const [header, ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const head = parse(header ?? '', 1)
  if (head['format'] !== format) throw new Error('unable to read the log; its first line does not name the format streamfold-log')
  if (head['version'] !== version)
    throw new Error(`unable to read the log; it is of version ${String(head['version'])}, this is version ${version}`)
  return lines.map((line, index) => {
    const event = parse(line, index + 2)
    if (typeof event['type'] !== 'string') throw new Error(`unable to read the log; line ${index + 2} is not an event`)
    return { event: event as unknown as ConversationEvent } // Written by exportLog of the same version.
  })
}

function parse(line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown> // Any JSON object has string keys.
  } catch (cause) {
    throw new Error(`unable to read the log; line ${number} is not JSON`, { cause })
  }
  throw new Error(`unable to read the log; line ${number} is not an object`)
}
