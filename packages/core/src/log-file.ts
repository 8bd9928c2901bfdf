import type { ConversationEvent } from './event.ts'
import { fromJSON, toJSON } from './json.ts'
import type { Log } from './log.ts'

const format = 'streamfold-log'
const version = 1

/** A log as JSON lines: a header with format, version and where the log starts, then an event a line. */
export function exportLog({ start, events }: Log): string {
  return [{ format, version, start: toJSON(start) }, ...events].map((line) => JSON.stringify(line)).join('\n')
}

/** @throws when `text` is not a log of this version, naming the line and what is wrong with it. */
export function importLog(text: string): Log {
  const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const header = parse(first, 1)
  if (header['format'] !== format) throw unreadable('its first line does not name the format streamfold-log')
  if (header['version'] !== version) throw unreadable(`it is of version ${String(header['version'])}, this is version ${version}`)
  const start = fromJSON(header['start'])
  const events = lines.map((line, index) => {
    const event = parse(line, index + 2)
    if (typeof event['type'] !== 'string') throw unreadable(`line ${index + 2} is not an event`)
    return event as unknown as ConversationEvent // Written by exportLog of the same version; an unknown type changes nothing.
  })
  return { start, events }
}

function parse(line: string, number: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw unreadable(`line ${number} is not JSON`, cause)
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown> // Any JSON object has string keys.
  throw unreadable(`line ${number} is not an object`)
}

function unreadable(reason: string, cause?: unknown): Error {
  return new Error(`unable to read the log; ${reason}: export it again`, { cause })
}
