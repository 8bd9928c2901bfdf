import { createHmac } from 'node:crypto'
import { AblyError } from '../protocol/ably-error.ts'
import { isRecord } from '../record.ts'
import { parseCapability, type Capability } from './capability.ts'
import { equalText, type Key, type Keys } from './keys.ts'
import type { Principal } from './principal.ts'

export interface TokenDetails {
  readonly token: string
  readonly keyName: string
  readonly issued: number
  readonly expires: number
  readonly capability: string
  readonly clientId?: string | undefined
}

/** A token is a JWT signed with the key: the server needs no list of what it issued and tokens survive its restart. */
export function issueToken(
  key: Key,
  claims: { issued: number; ttl: number; capability: Capability; clientId: string | undefined },
): TokenDetails {
  const capability = JSON.stringify(claims.capability)
  const expires = claims.issued + claims.ttl
  // Fractions of a second are legal in a JWT, and tests use tokens that live shorter than one.
  const payload = {
    iat: claims.issued / 1000,
    exp: expires / 1000,
    'x-ably-capability': capability,
    'x-ably-clientId': claims.clientId,
  }
  const signed = `${encodePart({ alg: 'HS256', typ: 'JWT', kid: key.name })}.${encodePart(payload)}`
  return {
    token: `${signed}.${signature(signed, key)}`,
    keyName: key.name,
    issued: claims.issued,
    expires,
    capability,
    clientId: claims.clientId,
  }
}

export function verifyToken(token: string, keys: Keys, now: number): Principal {
  const [head, body, mac] = token.split('.')
  if (!head || !body || !mac) throw new AblyError(40143, 401, 'unable to authenticate; the token is not recognised')
  const keyName = decodePart(head)['kid']
  if (typeof keyName !== 'string') throw badToken('it names no key')
  const key = keys.find(keyName)
  if (key === undefined) {
    const app = keyName.split('.')[0] ?? ''
    if (!keys.hasApp(app)) throw new AblyError(40400, 404, `unable to authenticate; no application "${app}"`)
    throw new AblyError(40101, 401, `unable to authenticate; no key "${keyName}"`)
  }
  if (!equalText(mac, signature(`${head}.${body}`, key))) throw badToken('its signature is wrong')
  return principalOf(decodePart(body), key, now)
}

function principalOf(claims: Readonly<Record<string, unknown>>, key: Key, now: number): Principal {
  const exp = claims['exp']
  if (typeof exp !== 'number') throw badToken('it has no exp')
  const expires = Math.round(exp * 1000)
  if (expires <= now) throw new AblyError(40142, 401, 'unable to authenticate; the token has expired')
  const capability = claims['x-ably-capability']
  const clientId = claims['x-ably-clientId']
  return {
    keyName: key.name,
    capability: capability === undefined ? key.capability : parseCapability(capability),
    clientId: typeof clientId === 'string' && clientId !== '' ? clientId : undefined,
    kind: 'token',
    expires,
  }
}

function signature(text: string, key: Key): string {
  return createHmac('sha256', key.secret).update(text).digest('base64url')
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decodePart(part: string): Record<string, unknown> {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown
    if (isRecord(value)) return value
  } catch {
    // Falls through to the same answer as a part that is JSON but no object.
  }
  throw badToken('it is not a JWT')
}

function badToken(reason: string): AblyError {
  return new AblyError(40144, 401, `unable to authenticate; the token is not valid, ${reason}`)
}
