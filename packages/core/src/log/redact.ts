import type { Conversation } from '../fold/conversation.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import { fromJSON, toJSON } from './json.ts'
import type { Log } from './log.ts'
import { checkLog } from './log.ts'
import type { MessageRecord } from '../fold/record.ts'
import { protocolHeaders } from '../protocol/fields.ts'
import type { Headers } from '../protocol/message.ts'

/** Of the reserved headers only `error` has contents. */
const kept = (header: string): boolean => protocolHeaders.has(header) && header !== 'error'
/** Fields of a delivered message that say where and when, but have no contents. */
const envelope = new Set([
  'serial',
  'action',
  'version',
  'timestamp',
  'createdAt',
  'updatedAt',
  'id',
  'connectionId',
  'name',
  'encoding',
])

/**
 * Removes all contents from a log: every text keeps its length, so the log folds in the same way. Serials, versions, times, message ids and
 * the names of agents stay; every other client id becomes `reader-1`, `reader-2` and so on.
 */
export function redactLog(log: Log): Log {
  checkLog(log, 'redact')
  const name = namer(log)
  return {
    ...log,
    start: redactConversation(log.start, name),
    events: log.events.map((event) => redactEvent(event, name)),
    ...(log.arrivals && {
      arrivals: log.arrivals.map((arrival) =>
        arrival && 'raw' in arrival ? { at: arrival.at, raw: redactRaw(arrival.raw, name) } : arrival,
      ),
    }),
  }
}

type Namer = (clientId: string) => string

/** Agents keep their client ids, because a bug often depends on which of several agents wrote a message. */
function namer({ start, events }: Log): Namer {
  const { records, pending } = toJSON(start)
  const authors = [...records, ...pending, ...events.filter((event) => 'role' in event)]
  const agents = new Set(authors.filter(({ role }) => role === 'assistant').map(({ clientId }) => clientId))
  const readers = new Map<string, string>()
  return (clientId) => {
    if (agents.has(clientId)) return clientId
    const known = readers.get(clientId) ?? `reader-${readers.size + 1}`
    readers.set(clientId, known)
    return known
  }
}

function redactConversation(state: Conversation, name: Namer): Conversation {
  const json = toJSON(state)
  const { channel, connection } = json.rest
  return fromJSON({
    ...json,
    records: json.records.map((record) => redactRecord(record, name)),
    pending: json.pending.map((record) => redactRecord(record, name)),
    rest: {
      ...json.rest,
      channel: { ...channel, error: maybe(blank, channel.error) },
      connection: { ...connection, error: maybe(blank, connection.error) },
    },
  })
}

/** Each further field with contents must be blanked here and in `redactEvent`: all others are copied as they are. */
function redactRecord(record: MessageRecord, name: Namer): MessageRecord {
  return {
    ...record,
    text: blank(record.text),
    ...(record.doubted && { doubted: { ...record.doubted, text: blank(record.doubted.text) } }),
    error: maybe(blank, record.error),
    clientId: maybe(name, record.clientId),
    headers: redactHeaders(record.headers),
  }
}

function redactEvent(event: ConversationEvent, name: Namer): ConversationEvent {
  return {
    ...event,
    ...('text' in event && { text: blank(event.text) }),
    ...('headers' in event && event.headers && { headers: redactHeaders(event.headers) }),
    ...('fields' in event && event.fields && { fields: { ...event.fields, error: maybe(blank, event.fields.error) } }),
    ...('clientId' in event && event.clientId !== undefined && { clientId: name(event.clientId) }),
    ...('error' in event && event.error !== undefined && { error: blank(event.error) }),
  }
}

function redactHeaders(headers: Partial<Headers>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([key, value = '']) => [key, kept(key) ? value : blank(value)] as const))
}

function redactRaw(raw: unknown, name: Namer): unknown {
  if (typeof raw !== 'object' || raw === null) return blankAll(raw)
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (key === 'clientId') return [key, typeof value === 'string' ? name(value) : value] as const
      if (key === 'version') return [key, redactVersion(value, name)] as const
      if (key === 'extras') return [key, redactExtras(value)] as const
      return [key, envelope.has(key) ? value : blankAll(value)] as const
    }),
  )
}

/** A version's author and description are contents too; `phase` marks an end, `len` is a length, and both stay. */
function redactVersion(version: unknown, name: Namer): unknown {
  if (typeof version !== 'object' || version === null) return version
  return Object.fromEntries(
    Object.entries(version).map(([key, value]) => {
      if (key === 'clientId') return [key, typeof value === 'string' ? name(value) : value] as const
      if (key === 'metadata' && typeof value === 'object' && value !== null) return [key, redactMetadata(value)] as const
      return [key, key === 'serial' || key === 'timestamp' ? value : blankAll(value)] as const
    }),
  )
}

function redactMetadata(metadata: object): object {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, key === 'phase' || key === 'len' ? value : blankAll(value)] as const),
  )
}

function redactExtras(extras: unknown): unknown {
  if (typeof extras !== 'object' || extras === null || !('headers' in extras)) return blankAll(extras)
  const { headers, ...rest } = extras
  const flat = typeof headers === 'object' && headers !== null ? headers : {}
  const strings = Object.entries(flat).map(([key, value]) => [key, kept(key) ? value : blankAll(value)] as const)
  return { ...(blankAll(rest) as object), headers: Object.fromEntries(strings) } // blankAll keeps an object an object.
}

/** Blanks every string in JSON; field names stay. */
function blankAll(value: unknown): unknown {
  if (typeof value === 'string') return blank(value)
  if (Array.isArray(value)) return value.map(blankAll)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blankAll(inner)] as const))
}

/** A text of the same length. */
function blank(text: string): string {
  return '·'.repeat(text.length)
}

function maybe<To>(change: (value: string) => To, value: string | undefined): To | undefined {
  return value === undefined ? undefined : change(value)
}
