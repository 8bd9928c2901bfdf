import { contentsOf, isAnswerKind } from './answer.ts'
import type { Answered, Cancel, Ignored, Snapshot, Version, WireEvent } from './event.ts'
import type { Fields } from './fields.ts'
import { readFields } from './fields.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject, textOf } from '../shared/json.ts'
import type { Phase, Role } from './message.ts'
import type { Headers } from './message-types.ts'
import type { Permissions } from './permissions.ts'
import { permittedBy } from './permissions.ts'
import type { AgentRule } from './trust.ts'
import { isAgent, roleOf } from './trust.ts'

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
  /** Who may answer, cancel, steer and edit. Default: the author of the prompt, and the agents. */
  readonly permissions?: Permissions | undefined
}

/** An object on a channel in the place of a message; its fields are unchecked. */
export type RawMessage = JsonObject

/** Parses a message in Streamfold's own format, or in the plain pattern. */
export function parseMessage(raw: RawMessage, options: ParseOptions): WireEvent | Answered | Cancel | Ignored {
  const { serial, action } = raw
  if (typeof serial !== 'string' || serial === '') return ignored('no serial')
  // Appends are by far the most frequent.
  const type = action === 'message.append' ? 'appended' : typeof action === 'string' ? actions.get(action) : undefined
  if (type === undefined) return ignored(`action ${typeof action === 'string' ? action : typeof action} is not of a message`)
  const refused = refusal(raw, options)
  if (refused) return refused
  const version = isObject(raw['version']) ? raw['version'] : undefined
  // P2: a create's version is its serial.
  const position = textOf(version?.['serial']) ?? serial
  const event = readMessage(raw, type, serial, position, version, options)
  if (type === 'created' && position === serial) return event
  const turned = isOfOtherKind(raw) ? { turned: { serial, version: position } } : {}
  if (event.type === 'answer') return { ...event, ...turned }
  return event.type === 'ignored' ? { ...event, changed: serial, ...turned } : event
}

/** Whether it is an answer, a cancel or the choice of a branch, and no message of a conversation. */
function isOfOtherKind({ name, extras }: RawMessage): boolean {
  const headers = isObject(extras) ? readHeaders(extras['headers']) : undefined
  return name === 'cancel' || (name === 'answer' && isAnswer(headers ?? {})) || (name === 'branch' && isBranch(headers))
}

function isBranch(headers: Headers | undefined): boolean {
  return headers?.['target'] !== undefined
}

/** Its arguments are not in one object, because an append would cost a fifth more. */
function readMessage(
  raw: RawMessage,
  type: Delivered['type'],
  serial: string,
  position: string,
  version: JsonObject | undefined,
  options: ParseOptions,
): WireEvent | Answered | Cancel | Ignored {
  const { data } = raw
  const extras = isObject(raw['extras']) ? raw['extras'] : undefined
  const headers = readHeaders(extras?.['headers'])
  const name = raw['name']
  if (name === 'answer' && headers && isAnswer(headers)) return readAnswer(raw, serial, headers, options)
  if (name === 'branch' && isBranch(headers)) return ignored('it chooses a branch, which changes no message (P129)')
  const content = options.text ? options.text(data) : (data ?? '')
  if (typeof content !== 'string') return ignored('data is not text')
  const clientId = textOf(raw['clientId'])
  const createdAt = time(raw['timestamp']) ?? 0
  const at = time(version?.['timestamp']) ?? createdAt
  if (name === 'cancel') {
    const target = headers?.['target']
    if (!target) return ignored('cancel without a target')
    if (type !== 'created' || position !== serial) return ignored('a cancel that was changed: it counts only as it was published')
    const permitted = permittedBy(options.permissions?.mayCancel, clientId, options.agent)
    return { type: 'cancel', target, clientId, at, ...(permitted !== undefined && { permitted }) }
  }
  const role = roleOf(clientId, name, headers, options.agent)
  const fields = headers && readFields(headers)
  const metadata = version?.['metadata']
  const operation = isObject(metadata) ? metadata : undefined
  const phase = phaseOf(role, fields, operation)
  const messageId = textOf(raw['id'])
  // The author counted the data; a text that a product makes of it has another length.
  const len = operation && !options.text ? lengthIn(operation) : undefined
  const read: Delivered = {
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
  }
  // Not in the literal: a spread of nothing would cost every append a fifth more.
  const counted = len === undefined ? read : { ...read, len }
  const event = role === 'user' && fields ? { ...counted, ...permittedIn(fields, clientId, options) } : counted
  if (options.source === undefined || options.source === 'live') return event as WireEvent // Each type of it has these fields.
  // An increment does not have the full text, so it cannot be a snapshot.
  if (type === 'appended') return ignored('an append is not a snapshot')
  return { ...event, type: 'snapshot', source: options.source, deleted: type === 'deleted' }
}

/** What the permissions say of the author of a prompt that steers, edits or asks again. */
function permittedIn(
  { into, edits, again }: Fields,
  clientId: string | undefined,
  { permissions, agent }: ParseOptions,
): Pick<Version, 'permitted' | 'mayEdit'> {
  const permitted = into === undefined ? undefined : permittedBy(permissions?.maySteer, clientId, agent)
  const mayEdit = edits === undefined && again === undefined ? undefined : permittedBy(permissions?.mayEdit, clientId, agent)
  return { ...(permitted !== undefined && { permitted }), ...(mayEdit !== undefined && { mayEdit }) }
}

type Delivered = Version & { readonly type: Exclude<WireEvent['type'], 'snapshot'> }

const actions = new Map<string, Exclude<WireEvent['type'], 'snapshot' | 'appended'>>([
  ['message.create', 'created'],
  ['message.update', 'replaced'],
  ['message.delete', 'deleted'],
])

/**
 * The refusal of a version that another client than the author made (P116). A server with a key and no client id may change messages, and so may the
 * agents, whatever `mayEdit` says of them.
 */
export function refusal(
  { serial, action, clientId, version }: RawMessage,
  { permissions, agent, source = 'live' }: ParseOptions,
): Ignored | undefined {
  if (!isObject(version) || typeof serial !== 'string') return undefined
  const by = textOf(version['clientId'])
  if (by === undefined || (by === clientId && !permissions?.mayEdit)) return undefined
  const position = textOf(version['serial']) ?? serial
  if (action === 'message.create' && position === serial) return undefined
  if (isAgent(by, agent) || (permissions?.mayEdit?.(by) ?? by === clientId)) return undefined
  const reason = `${by} may not change this message`
  // An append has no other author's text, and its length shows what is missing (P104).
  if (action === 'message.append') return ignored(reason)
  return { type: 'ignored', reason, refused: { serial, version: position, ...(source === 'live' && { delivered: true }) } }
}

/** Whether a message named `answer` is one; in the plain pattern it may be any message. */
function isAnswer(headers: Headers): boolean {
  return headers['target'] !== undefined || headers['call'] !== undefined
}

/** Reads an answer (P107). Its data is never a product's: `ParseOptions.text` does not apply to it. */
function readAnswer(
  { action, data = '', clientId: author, id, timestamp, version: raw }: RawMessage,
  serial: string,
  { target, call, kind, saw = '' }: Headers,
  { permissions, agent }: ParseOptions,
): Answered | Ignored {
  if (!target || !call) return ignored('answer without a response and a call')
  if (!isAnswerKind(kind)) return ignored('answer of a kind that is not known')
  const version = (isObject(raw) && textOf(raw['serial'])) || serial
  const withdrawn = action !== 'message.create' || version !== serial
  const text = typeof data === 'string' ? data : undefined
  if (!withdrawn && (text === undefined || !contentsOf({ kind, text }))) return ignored('answer whose data does not fit its kind')
  const clientId = textOf(author)
  const permitted = permittedBy(permissions?.mayAnswer, clientId, agent)
  return {
    type: 'answer',
    serial,
    target,
    call,
    kind,
    saw,
    text: withdrawn ? '' : (text ?? ''),
    withdrawn,
    clientId,
    messageId: textOf(id),
    at: time(timestamp) ?? 0,
    ...(permitted !== undefined && { permitted }),
  }
}

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
