import { AblyError } from '../protocol/ably-error.ts'
import { isRecord } from '../shared/record.ts'

/** Resource pattern → operations, `*` meaning every one. */
export type Capability = Readonly<Record<string, readonly string[]>>

export const EVERYTHING: Capability = { '[*]*': ['*'] }

const OPERATIONS = new Set([
  '*',
  'subscribe',
  'publish',
  'presence',
  'history',
  'stats',
  'channel-metadata',
  'privileged-headers',
  'push-admin',
  'push-subscribe',
  'object-subscribe',
  'object-publish',
  'annotation-subscribe',
  'annotation-publish',
  'message-update-own',
  'message-update-any',
  'message-delete-own',
  'message-delete-any',
])

/** Earlier results: a stream of appends checks the same capability once per token of text. */
const answers = new WeakMap<Capability, Map<string, Map<string, boolean>>>()

/** How many channels answers are kept for, per capability. */
const MAX_CHANNELS = 1000

export function allows(capability: Capability, channel: string, operation: string): boolean {
  let channels = answers.get(capability)
  if (channels === undefined || channels.size > MAX_CHANNELS) {
    channels = new Map()
    answers.set(capability, channels)
  }
  let operations = channels.get(channel)
  if (operations === undefined) {
    operations = new Map()
    channels.set(channel, operations)
  }
  let answer = operations.get(operation)
  if (answer === undefined) {
    answer = permits(capability, channel, operation)
    operations.set(operation, answer)
  }
  return answer
}

/** Whether any operation is allowed on a channel. */
export function reaches(capability: Capability, channel: string): boolean {
  return Object.keys(capability).some((pattern) => covers(pattern, channel))
}

function permits(capability: Capability, channel: string, operation: string): boolean {
  for (const [pattern, operations] of Object.entries(capability)) {
    if ((operations.includes('*') || operations.includes(operation)) && covers(pattern, channel)) return true
  }
  return false
}

export function parseCapability(value: unknown): Capability {
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (!isRecord(parsed)) throw malformed('it is not an object')
  const capability: Record<string, readonly string[]> = {}
  for (const [resource, operations] of Object.entries(parsed)) {
    if (!Array.isArray(operations) || operations.length === 0) throw malformed(`"${resource}" lists no operations`)
    for (const operation of operations as readonly unknown[]) {
      if (typeof operation !== 'string' || !OPERATIONS.has(operation)) {
        throw malformed(`"${resource}" lists the unknown operation ${JSON.stringify(operation)}`)
      }
    }
    if (operations.length > 1 && operations.includes('*')) throw malformed(`"${resource}" lists "*" beside others`)
    capability[resource] = operations as readonly string[]
  }
  return capability
}

/** The capability of a token: the intersection of the requested one and the key's (P90). */
export function intersect(asked: Capability, granted: Capability): Capability {
  const result: Record<string, readonly string[]> = {}
  for (const [resource, operations] of Object.entries(asked)) {
    for (const [pattern, keyOperations] of Object.entries(granted)) {
      const narrower = covers(pattern, resource) ? resource : covers(resource, pattern) ? pattern : undefined
      if (narrower === undefined) continue
      const common = commonOperations(operations, keyOperations)
      if (common.length > 0) result[narrower] = [...new Set([...(result[narrower] ?? []), ...common])].sort()
    }
  }
  if (Object.keys(result).length === 0) {
    throw new AblyError(40160, 401, 'unable to use the token; the key permits nothing of its capability')
  }
  return result
}

function commonOperations(asked: readonly string[], granted: readonly string[]): readonly string[] {
  if (granted.includes('*')) return asked
  if (asked.includes('*')) return granted
  return asked.filter((operation) => granted.includes(operation))
}

/** Wildcards stand for whole `:`-segments, a trailing one for any number of them; `foo*` is a literal. */
function covers(pattern: string, resource: string): boolean {
  if (pattern === '[*]*' || pattern === resource) return true
  const { kind, name } = partsOf(resource)
  const asked = partsOf(pattern)
  if (asked.kind !== '*' && asked.kind !== kind) return false
  if (asked.name === '*' || asked.name === name) return true
  const wanted = asked.name.split(':')
  const given = name.split(':')
  for (const [index, segment] of wanted.entries()) {
    const last = index === wanted.length - 1
    if (given[index] === undefined) return false
    if (last && segment === '*') return true
    if (segment !== '*' && segment !== given[index]) return false
  }
  return wanted.length === given.length
}

/** `[meta]log` is the resource `log` of the kind `meta`; channels are of no kind, and `[*]` is of every kind. */
function partsOf(resource: string): { readonly kind: string; readonly name: string } {
  const [, kind = '', name = resource] = /^\[([^\]]*)\](.*)$/s.exec(resource) ?? []
  return { kind, name }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw malformed('it is not JSON')
  }
}

function malformed(reason: string): AblyError {
  return new AblyError(40000, 400, `unable to read the capability; ${reason}`)
}
