import type { ConversationEvent } from '../protocol/event.ts'
import { fromJSON, toJSON } from './json.ts'
import type { Arrival, Log } from './log.ts'
import { checkLog } from './log.ts'
import { eventFrom, isConversationJson, isEventCount, isTime } from './log-shapes.ts'
import { upgradeEvent, upgradeJson } from './upgrade.ts'

const format = 'streamfold-log'
/** Version 2 added `arrived` and `folded`. Version 3 added the headers' parsed fields. */
const version = 3

/** Writes a log as JSON lines: a header with format, version and start, then one event per line, with `arrived` if it is known. */
export function exportLog(log: Log): string {
  const { start, events, arrivals, folded } = checkLog(log, 'write')
  const header = { format, version, ...(folded && { folded }), start: toJSON(start) }
  const lines = events.map((event, index) => ({ ...event, arrived: arrivals?.[index] }))
  return [header, ...lines].map((line) => JSON.stringify(line)).join('\n')
}

/**
 * Reads a log of version 1, 2 or 3. A line that is an object but not a known event becomes an `ignored` event with the reason, so the other
 * events keep their places. @throws when `text` is not a log; the error names the line and what is wrong with it.
 */
export function importLog(text: string): Log {
  if (typeof text !== 'string') throw unreadable('it is not text', 'give the string that exportLog returned')
  const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  if (first === '') throw unreadable('it is empty')
  const header = parse(first, 1)
  if (header['format'] !== format) throw unreadable('its first line does not name the format streamfold-log')
  const written = header['version']
  const old = written === 1 || written === 2
  if (written !== version && !old) {
    const newer = typeof written === 'number' && written > version
    throw unreadable(`it is of version ${String(written)}, this is version ${version}`, newer ? 'update Streamfold' : undefined)
  }
  const { folded } = header
  if (folded !== undefined && !isEventCount(folded)) throw unreadable('its first line has an invalid number of folded events')
  const begin = old ? upgradeJson(header['start']) : header['start']
  if (!isConversationJson(begin)) throw unreadable('its start is not a conversation')
  const start = fromJSON(begin)
  const events: ConversationEvent[] = []
  const arrivals: (Arrival | undefined)[] = []
  for (const [index, line] of lines.entries()) {
    const { arrived, ...event } = parse(line, index + 2)
    if (typeof event['type'] !== 'string') throw unreadable(`line ${index + 2} is not an event`)
    events.push(eventFrom(old ? upgradeEvent(event) : event))
    arrivals.push(isArrival(arrived) ? whole(arrived) : undefined)
  }
  return {
    start,
    events,
    ...(arrivals.some((arrival) => arrival) && { arrivals }),
    ...(folded !== undefined && { folded: folded as number }), // isEventCount checked it.
  }
}

function isArrival(value: unknown): value is Arrival {
  return typeof value === 'object' && value !== null && 'at' in value && isTime(value.at)
}

/** Deeper nesting is not a message, and writing it again would overflow the stack. */
const deepest = 100

function whole({ at, raw }: Arrival): Arrival {
  return raw === undefined || isDeeper(raw, deepest) ? { at } : { at, raw }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1))
}

function parse(line: string, number: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw unreadable(`line ${number} is not JSON`, undefined, cause)
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown> // A JSON object has string keys.
  throw unreadable(`line ${number} is not an object`)
}

function unreadable(reason: string, remedy = 'export it again', cause?: unknown): Error {
  return new Error(`unable to read the log; ${reason}: ${remedy}`, { cause })
}
