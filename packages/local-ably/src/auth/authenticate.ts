import { AblyError } from '../protocol/ably-error.ts'
import type { Keys } from './keys.ts'
import type { Principal } from './principal.ts'
import { verifyToken } from './token.ts'

function authenticateKey(text: string, keys: Keys): Principal {
  const key = keys.verify(text)
  return { keyName: key.name, capability: key.capability, clientId: '*', kind: 'key' }
}

/** The credentials of a WebSocket, which travel in its query. */
export function authenticateQuery(query: URLSearchParams, keys: Keys, now: number): Principal {
  const token = query.get('access_token') ?? query.get('accessToken')
  if (token) return verifyToken(token, keys, now)
  const key = query.get('key')
  if (key) return authenticateKey(key, keys)
  throw new AblyError(40101, 401, 'unable to authenticate; the connection carries no key and no token')
}

/** The credentials of a REST request. Tokens arrive base64-encoded from the client, raw from hand-written calls. */
export function authenticateHeader(header: string | undefined, query: URLSearchParams, keys: Keys, now: number): Principal {
  const [scheme, credentials] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() === 'basic' && credentials) {
    return authenticateKey(Buffer.from(credentials, 'base64').toString('utf8'), keys)
  }
  if (scheme?.toLowerCase() === 'bearer' && credentials) {
    const token = credentials.includes('.') ? credentials : Buffer.from(credentials, 'base64').toString('utf8')
    return verifyToken(token, keys, now)
  }
  return authenticateQuery(query, keys, now)
}
