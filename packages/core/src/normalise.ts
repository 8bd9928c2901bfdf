import type { Dialect } from './dialect.ts'
import type { Cancel, Ignored, Phase, Snapshot, WireEvent } from './event.ts'
import type { Headers, Role } from './message.ts'

export interface NormaliseOptions {
  /**
   * Who is an agent, decided from the client id that the service stamped, never from a header. Default: `agent` and
   * `agent:…` are, and so is whoever publishes in the plain pattern (no headers of ours). Set it wherever users may publish.
   */
  readonly agent?: string | readonly string[] | ((clientId: string | undefined) => boolean)
  /**
   * Reads the text out of data of a product's own shape; undefined ignores the message, and so does throwing: data is what anybody may
   * have published. Default: data that is a string, or absent.
   * An append's data is read like any other, so what is read must be the increment.
   */
  readonly text?: (data: unknown) => string | undefined
  /** Where `raw` was read. Default `live`: it was delivered on the attachment. Anything else makes a snapshot. */
  readonly source?: 'live' | Snapshot['source']
  /** How the channel is written, where it is not our own wire or the plain pattern: `aiTransport`, or one of a product's own. */
  readonly dialect?: Dialect | undefined
}

type Json = Readonly<Record<string, unknown>>

const noOptions: NormaliseOptions = {}

/**
 * Turns an Ably message (`InboundMessage`, or any JSON that claims to be one) into an event. Never throws: what does not fit
 * is `{ type: 'ignored', reason }`.
 */
export function normalise(raw: unknown, options: NormaliseOptions = noOptions): WireEvent | Cancel | Ignored {
  if (!isObject(raw)) return ignored('not an object')
  try {
    return options.dialect === undefined ? readOurs(raw, options) : options.dialect.normalise(raw, options)
  } catch (error) {
    // A product's own `text`, `agent` or dialect met what it did not expect. One such message must not make the others unreadable.
    return ignored(`it could not be read: ${String(error)}`)
  }
}

/** Reads a message of our own wire, or of the plain pattern. */
export function readOurs(raw: Json, options: NormaliseOptions): WireEvent | Cancel | Ignored {
  const { serial, action, data } = raw
  if (typeof serial !== 'string' || serial === '') return ignored('no serial')
  // Appends outnumber everything else by far.
  const type = action === 'message.append' ? 'appended' : typeof action === 'string' ? actions.get(action) : undefined
  if (type === undefined) return ignored(`action ${typeof action === 'string' ? action : typeof action} is not of a message`)
  const content = options.text ? options.text(data) : (data ?? '')
  if (typeof content !== 'string') return ignored('data is not text')
  const extras = isObject(raw['extras']) ? raw['extras'] : undefined
  const headers = readHeaders(extras?.['headers'])
  const name = raw['name']
  const clientId = text(raw['clientId'])
  const version = isObject(raw['version']) ? raw['version'] : undefined
  const createdAt = time(raw['timestamp']) ?? 0
  const at = time(version?.['timestamp']) ?? createdAt
  if (name === 'cancel') {
    const target = headers?.['target']
    return target ? { type: 'cancel', target, clientId, at } : ignored('cancel without a target')
  }
  const role = roleOf(clientId, name, headers, options.agent)
  // A create's version is its serial (TM2s).
  const position = text(version?.['serial']) ?? serial
  const phase = phaseOf(role, headers, version)
  const messageId = text(raw['id'])
  if (options.source === undefined || options.source === 'live') {
    return { type, serial, version: position, text: content, role, phase, headers, clientId, messageId, createdAt, at }
  }
  // An increment says nothing about the whole, so it cannot be a snapshot.
  if (type === 'appended') return ignored('an append is not a snapshot')
  const { source } = options
  const deleted = type === 'deleted'
  return {
    type: 'snapshot',
    serial,
    version: position,
    text: content,
    role,
    phase,
    headers,
    clientId,
    messageId,
    createdAt,
    at,
    source,
    deleted,
  }
}

const actions = new Map<string, Exclude<WireEvent['type'], 'snapshot' | 'appended'>>([
  ['message.create', 'created'],
  ['message.update', 'replaced'],
  ['message.delete', 'deleted'],
])

export function roleOf(
  clientId: string | undefined,
  name: unknown,
  headers: Headers | undefined,
  agent: NormaliseOptions['agent'],
): Role {
  if (agent === undefined) {
    if (clientId === 'agent' || clientId?.startsWith('agent:')) return 'assistant'
    const claimed = headers?.['role']
    if (claimed === undefined && isPlain(headers)) return name === 'prompt' ? 'user' : 'assistant'
    return clientId === undefined && claimed === 'assistant' ? 'assistant' : 'user'
  }
  const is =
    typeof agent === 'function'
      ? agent(clientId)
      : clientId !== undefined && (agent === clientId || (Array.isArray(agent) && agent.includes(clientId)))
  return is ? 'assistant' : 'user'
}

/** Who says what a message replies to or goes on knows our wire, where an agent is one by its client id. */
function isPlain(headers: Headers | undefined): boolean {
  return headers === undefined || (headers['reply-to'] === undefined && headers['continues'] === undefined)
}

function phaseOf(role: Role, headers: Headers | undefined, version: Json | undefined): Phase | undefined {
  // A user's message has no lifecycle, whatever its headers claim.
  if (role === 'user') return 'complete'
  const metadata = version?.['metadata']
  if (isObject(metadata) && metadata['phase'] === 'done') return 'complete'
  const status = headers?.['status']
  return status === 'streaming' || status === 'complete' || status === 'cancelled' || status === 'failed' ? status : undefined
}

function readHeaders(value: unknown): Headers | undefined {
  if (!isObject(value)) return undefined
  for (const key in value) {
    if (typeof value[key] !== 'string') {
      // fromEntries defines own properties, so a header named __proto__ stays a header.
      return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    }
  }
  return value as Headers // Every value was just seen to be a string.
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function time(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function ignored(reason: string): Ignored {
  return { type: 'ignored', reason }
}
