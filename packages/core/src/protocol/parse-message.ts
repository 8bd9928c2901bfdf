import type { Cancel, Ignored, Snapshot, Version, WireEvent } from './event.ts'
import type { Fields } from './fields.ts'
import { readFields } from './fields.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject, textOf } from '../shared/json.ts'
import type { Phase, Role } from './message.ts'
import type { Headers } from './message-types.ts'
import type { AgentRule } from './trust.ts'
import { roleOf } from './trust.ts'

/** How to parse a message without a codec. */
export interface ParseOptions {
  /** See `AgentRule`. */
  readonly agent?: AgentRule
  /**
   * Reads the text from data of a product's own shape. Returning undefined, or throwing, ignores the message, because any user may publish
   * data. Default: data that is a string, or absent. The function also receives an append's data and must return the increment.
   */
  readonly text?: (data: unknown) => string | undefined
  /** Where `raw` was read. Default `live`: the attachment delivered it. Any other value makes a snapshot. */
  readonly source?: 'live' | Snapshot['source']
}

/** An object on a channel in the place of a message; its fields are unchecked. */
export type RawMessage = JsonObject

/** Parses a message in Streamfold's own format, or in the plain pattern. */
export function parseMessage(raw: RawMessage, options: ParseOptions): WireEvent | Cancel | Ignored {
  const { serial, action, data } = raw
  if (typeof serial !== 'string' || serial === '') return ignored('no serial')
  // Appends are by far the most frequent.
  const type = action === 'message.append' ? 'appended' : typeof action === 'string' ? actions.get(action) : undefined
  if (type === undefined) return ignored(`action ${typeof action === 'string' ? action : typeof action} is not of a message`)
  const content = options.text ? options.text(data) : (data ?? '')
  if (typeof content !== 'string') return ignored('data is not text')
  const extras = isObject(raw['extras']) ? raw['extras'] : undefined
  const headers = readHeaders(extras?.['headers'])
  const name = raw['name']
  const clientId = textOf(raw['clientId'])
  const version = isObject(raw['version']) ? raw['version'] : undefined
  const createdAt = time(raw['timestamp']) ?? 0
  const at = time(version?.['timestamp']) ?? createdAt
  if (name === 'cancel') {
    const target = headers?.['target']
    return target ? { type: 'cancel', target, clientId, at } : ignored('cancel without a target')
  }
  const role = roleOf(clientId, name, headers, options.agent)
  // P2: a create's version is its serial.
  const position = textOf(version?.['serial']) ?? serial
  const fields = headers && readFields(headers)
  const metadata = version?.['metadata']
  const operation = isObject(metadata) ? metadata : undefined
  const phase = phaseOf(role, fields, operation)
  const messageId = textOf(raw['id'])
  // The author counted the data; a text that a product makes of it has another length.
  const len = operation && !options.text ? lengthIn(operation) : undefined
  const event: Delivered = {
    type,
    serial,
    version: position,
    text: content,
    role,
    phase,
    headers,
    fields,
    clientId,
    messageId,
    createdAt,
    at,
    ...(len !== undefined && { len }),
  }
  if (options.source === undefined || options.source === 'live') return event as WireEvent // Each type of it has these fields.
  // An increment does not have the full text, so it cannot be a snapshot.
  if (type === 'appended') return ignored('an append is not a snapshot')
  return { ...event, type: 'snapshot', source: options.source, deleted: type === 'deleted' }
}

type Delivered = Version & { readonly type: Exclude<WireEvent['type'], 'snapshot'> }

const actions = new Map<string, Exclude<WireEvent['type'], 'snapshot' | 'appended'>>([
  ['message.create', 'created'],
  ['message.update', 'replaced'],
  ['message.delete', 'deleted'],
])

function phaseOf(role: Role, fields: Fields | undefined, operation: JsonObject | undefined): Phase | undefined {
  // A user's message has no lifecycle, whatever its headers claim.
  if (role === 'user') return 'complete'
  return operation?.['phase'] === 'done' ? 'complete' : fields?.phase
}

/** The length that the operation gives (P104). Its author wrote it, so it may be anything. */
function lengthIn({ len }: JsonObject): number | undefined {
  const count = typeof len === 'string' && /^\d{1,9}$/.test(len) ? Number(len) : len
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

function readHeaders(value: unknown): Headers | undefined {
  if (!isObject(value)) return undefined
  for (const key in value) {
    if (typeof value[key] !== 'string') {
      // fromEntries defines own properties, so a header named __proto__ stays a header.
      return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    }
  }
  return value as Headers // The loop checked every value.
}

function time(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function ignored(reason: string): Ignored {
  return { type: 'ignored', reason }
}
