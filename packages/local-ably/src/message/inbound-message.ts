import { AblyError } from '../protocol/ably-error.ts'
import type { Data } from '../protocol/protocol-message.ts'
import { isRecord } from '../shared/record.ts'
import { deeperThan } from './depth.ts'
import { parseExtras, type Extras } from './extras.ts'
import { parsePayload } from './payload.ts'

/** What a client may say of itself when it updates, deletes or appends. */
interface Operation {
  readonly clientId?: string | undefined
  readonly description?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** A message from a client, checked; its data is binary where the encoding said base64. */
export interface InboundMessage {
  readonly action: number
  readonly id?: string | undefined
  readonly serial?: string | undefined
  readonly name?: string | undefined
  readonly data: Data
  readonly encoding?: string | undefined
  readonly extras?: Extras | undefined
  readonly clientId?: string | undefined
  readonly connectionKey?: string | undefined
  readonly operation: Operation
  /** As the protocol counts it: name, clientId, extras and data. */
  readonly size: number
}

/** How many messages one publish may hold (P86). */
const MAX_MESSAGES = 1000

export function parseMessages(value: unknown): readonly InboundMessage[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new AblyError(40000, 400, 'unable to publish; the list of messages is empty')
  if (list.length > MAX_MESSAGES) {
    throw new AblyError(40034, 400, `unable to publish; ${list.length} messages are more than the ${MAX_MESSAGES} of one publish`)
  }
  return list.map(parseMessage)
}

export function parseMessage(value: unknown): InboundMessage {
  if (!isRecord(value)) throw new AblyError(40000, 400, 'unable to read the message; it is not an object')
  const name = optionalString(value, 'name', 40016)
  const clientId = optionalString(value, 'clientId', 40012)
  const extras = parseExtras(value['extras'])
  const payload = parsePayload(value['data'], optionalString(value, 'encoding'))
  const operation = optionalRecord(value, 'version') ?? {}
  return {
    action: typeof value['action'] === 'number' ? value['action'] : 0,
    id: messageId(value),
    serial: optionalString(value, 'serial'),
    name,
    data: payload.data,
    encoding: payload.encoding,
    extras,
    clientId,
    connectionKey: optionalString(value, 'connectionKey'),
    operation: {
      clientId: optionalString(operation, 'clientId'),
      description: optionalString(operation, 'description'),
      metadata: optionalRecord(operation, 'metadata'),
    },
    size: messageSize(name, clientId, extras, payload.data),
  }
}

export function messageSize(
  name: string | undefined,
  clientId: string | undefined,
  extras: Extras | undefined,
  data: Data,
): number {
  const dataSize = data === undefined ? 0 : typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
  return (name?.length ?? 0) + (clientId?.length ?? 0) + (extras ? JSON.stringify(extras).length : 0) + dataSize
}

/** An id is an idempotency key (P6): absent, or not empty. */
function messageId(record: Readonly<Record<string, unknown>>): string | undefined {
  const { id } = record
  if (id === undefined || id === null) return undefined
  if (typeof id === 'string' && id !== '') return id
  throw new AblyError(40031, 400, 'unable to read the message; its id is empty or not a string')
}

function optionalString(record: Readonly<Record<string, unknown>>, field: string, code = 40000): string | undefined {
  const value = record[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new AblyError(code, 400, `unable to read the message; ${field} is not a string`)
  return value
}

function optionalRecord(record: Readonly<Record<string, unknown>>, field: string): Readonly<Record<string, unknown>> | undefined {
  const value = record[field]
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) throw new AblyError(40000, 400, `unable to read the message; ${field} is not an object`)
  if (deeperThan(value, MAX_DEPTH)) throw new AblyError(40000, 400, `unable to read the message; ${field} is nested too deeply`)
  return value
}

/** Nobody nests metadata deeper. */
const MAX_DEPTH = 64
