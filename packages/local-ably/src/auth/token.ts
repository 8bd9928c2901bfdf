// By name, because all of the library takes 20 ms more to load.
import { compactVerify } from 'jose/jws/compact/verify'
import { SignJWT } from 'jose/jwt/sign'
import { AblyError } from '../protocol/ably-error.ts'
import { isRecord } from '../shared/record.ts'
import { intersect, parseCapability, type Capability } from './capability.ts'
import { keyNameIn } from './credentials.ts'
import { MAX_REVOCABLE_TTL, type Key, type Keys } from './keys.ts'
import type { Principal } from './principal.ts'
import { parseUserClaims } from './user-claim.ts'

export interface TokenDetails {
  readonly token: string
  readonly keyName: string
  readonly issued: number
  readonly expires: number
  readonly capability: string
  readonly clientId?: string | undefined
}

/** A token inside a token; only one level is accepted. */
const MAX_EMBEDDED = 1

/** A token is a JWT signed with the key: the server needs no list of what it issued and tokens survive its restart. */
export async function issueToken(
  key: Key,
  claims: { issued: number; ttl: number; capability: Capability; clientId: string | undefined },
): Promise<TokenDetails> {
  const capability = JSON.stringify(claims.capability)
  const expires = claims.issued + claims.ttl
  // Fractions of a second are legal in a JWT, and tests use tokens that live shorter than one.
  const token = await new SignJWT({
    iat: claims.issued / 1000,
    exp: expires / 1000,
    'x-ably-capability': capability,
    'x-ably-clientId': claims.clientId,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.name })
    .sign(secretOf(key))
  return { token, keyName: key.name, issued: claims.issued, expires, capability, clientId: claims.clientId }
}

/**
 * Reads a token: a JWT of this server or of the user's server (P92). The caller checks its expiry.
 * Rejects with 40143 (no JWT at all), 40144 (malformed or wrongly signed), 40400 (unknown key or app), 40160 (nothing of
 * its capability is the key's).
 */
export async function verifyToken(token: string, keys: Keys, depth = 0): Promise<Principal> {
  if (token.split('.').length !== 3) throw new AblyError(40143, 401, 'unable to authenticate; the token is not recognised')
  const keyName = keyNameIn(token)
  if (keyName === undefined) throw badToken('it names no key')
  const key = keys.find(keyName)
  if (key === undefined) {
    const app = keyName.split('.')[0] ?? ''
    if (!keys.hasApp(app)) throw new AblyError(40400, 404, `unable to authenticate; no application "${app}"`)
    throw new AblyError(40400, 401, `unable to authenticate; no key "${keyName}"`)
  }
  const claims = await claimsOf(token, key)
  const embedded = claims['x-ably-token']
  if (typeof embedded === 'string' && depth < MAX_EMBEDDED) return verifyToken(embedded, keys, depth + 1)
  return principalOf(claims, key)
}

async function claimsOf(token: string, key: Key): Promise<Readonly<Record<string, unknown>>> {
  let payload: Uint8Array
  try {
    ;({ payload } = await compactVerify(token, secretOf(key), { algorithms: ['HS256'] }))
  } catch {
    throw badToken('its signature is wrong')
  }
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    if (isRecord(claims)) return claims
  } catch {
    // Falls through to the same answer as JSON that is no object.
  }
  throw badToken('it carries no claims')
}

function principalOf(claims: Readonly<Record<string, unknown>>, key: Key): Principal {
  const { exp, iat } = claims
  if (typeof exp !== 'number') throw badToken('it has no exp')
  const lives = typeof iat === 'number' ? Math.round((exp - iat) * 1000) : 0
  if (key.revocableTokens && lives > MAX_REVOCABLE_TTL) throw badToken('one that can be revoked may live for an hour at most')
  const capability = claims['x-ably-capability']
  const clientId = claims['x-ably-clientId']
  const revocationKey = claims['x-ably-revocation-key']
  return {
    keyName: key.name,
    capability: capability === undefined ? key.capability : intersect(parseCapability(capability), key.capability),
    clientId: typeof clientId === 'string' && clientId !== '' ? clientId : undefined,
    kind: 'token',
    expires: Math.round(exp * 1000),
    issued: typeof iat === 'number' ? Math.round(iat * 1000) : undefined,
    revocationKey: typeof revocationKey === 'string' ? revocationKey : undefined,
    userClaims: parseUserClaims(claims),
  }
}

function secretOf(key: Key): Uint8Array {
  return new TextEncoder().encode(key.secret)
}

function badToken(reason: string): AblyError {
  return new AblyError(40144, 401, `unable to authenticate; the token is not valid, ${reason}`)
}
