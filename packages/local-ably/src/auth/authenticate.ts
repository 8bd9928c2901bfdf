import { AblyError } from '../protocol/ably-error.ts'
import type { Clock } from '../shared/clock.ts'
import type { Credentials } from './credentials.ts'
import type { Keys } from './keys.ts'
import type { Principal } from './principal.ts'
import type { Revocations } from './revocations.ts'
import { verifyToken } from './token.ts'

/** What credentials are checked against. */
export interface Authority {
  readonly keys: Keys
  readonly revocations: Revocations
  readonly options: { readonly clock: Clock }
}

/** The principal of these credentials. Rejects with 40101, 40400 for an unknown key, or what is wrong with the token (401 and 4014x). */
export async function authenticate(authority: Authority, credentials: Credentials | undefined): Promise<Principal> {
  if (credentials === undefined) throw new AblyError(40101, 401, 'unable to authenticate; there is no key and no token')
  if (credentials.kind === 'token') return requireCurrent(authority, await verifyToken(credentials.text, authority.keys))
  const key = authority.keys.verify(credentials.text)
  return { keyName: key.name, capability: key.capability, clientId: '*', kind: 'key' }
}

/** As `authenticate`, for a WebSocket: there an unknown key or app is 40101 like any bad credentials. */
export async function authenticateSocket(authority: Authority, credentials: Credentials | undefined): Promise<Principal> {
  try {
    return await authenticate(authority, credentials)
  } catch (error) {
    if (!(error instanceof AblyError) || error.code !== 40400) throw error
    throw new AblyError(40101, 401, error.message)
  }
}

/** Throws when the token has expired (40142) or has been revoked (40141). */
function requireCurrent(authority: Authority, principal: Principal): Principal {
  const now = authority.options.clock.now()
  if (principal.expires !== undefined && principal.expires <= now) {
    throw new AblyError(40142, 401, 'unable to authenticate; the token has expired')
  }
  if (authority.revocations.revoked(principal, now)) throw authority.revocations.error()
  return principal
}
