import { AblyError } from '../protocol/ably-error.ts'
import { isRecord } from '../shared/record.ts'
import { deeperThan } from './depth.ts'

export type Extras = Readonly<Record<string, unknown>>

/** The keys that a client may write, and the type of each (P88; `ai` belongs to AI Transport). */
const KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
  headers: isFlat,
  push: isRecord,
  ref: isRecord,
  privileged: isRecord,
  ai: isRecord,
  ephemeral: (value) => typeof value === 'boolean',
}

/** The keys that the service writes (P88). They are left out of a client's extras: received extras can be sent again. */
const OF_SERVICE = new Set(['userClaim', 'delta'])

/** Checks the extras of a message, presence item or annotation. Throws 40032 for what the service does not take. */
export function parseExtras(value: unknown): Extras | undefined {
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) throw impermissible('they are not an object')
  if (deeperThan(value, MAX_DEPTH)) throw impermissible('they are nested too deeply')
  let own: Record<string, unknown> = value
  for (const [key, content] of Object.entries(value)) {
    if (OF_SERVICE.has(key)) {
      const { [key]: _dropped, ...rest } = own
      own = rest
    } else if (!Object.hasOwn(KEYS, key)) {
      throw impermissible(`"${key}" is not one of their keys; put what is yours in extras.headers`)
    } else if (content !== undefined && content !== null && !KEYS[key]?.(content)) {
      throw impermissible(
        key === 'headers' ? 'headers must be a flat map of text, numbers, booleans and null' : `"${key}" is of the wrong type`,
      )
    }
  }
  return own
}

function isFlat(value: unknown): boolean {
  if (!isRecord(value)) return false
  for (const name in value) {
    const header = value[name]
    if (header !== null && typeof header !== 'string' && typeof header !== 'number' && typeof header !== 'boolean') return false
  }
  return true
}

/** Deeper extras are refused. */
const MAX_DEPTH = 64

function impermissible(reason: string): AblyError {
  return new AblyError(40032, 400, `unable to accept the extras; ${reason}`)
}
