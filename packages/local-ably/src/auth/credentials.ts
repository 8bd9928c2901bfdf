import { decodeProtectedHeader } from 'jose/decode/protected_header'

/** A key or token as a client presents it, not verified yet. */
export interface Credentials {
  readonly kind: 'key' | 'token'
  readonly text: string
}

/** The credentials of a WebSocket, which travel in its query; `accessToken` is what the specification calls it. */
export function credentialsInQuery(query: URLSearchParams): Credentials | undefined {
  const token = query.get('access_token') ?? query.get('accessToken')
  if (token) return { kind: 'token', text: token }
  const key = query.get('key')
  return key ? { kind: 'key', text: key } : undefined
}

/** The credentials of a REST request. Tokens arrive base64-encoded from the client, raw from hand-written calls. */
export function credentialsInHeader(header: string | undefined, query: URLSearchParams): Credentials | undefined {
  const [scheme, credentials] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() === 'basic' && credentials) return { kind: 'key', text: fromBase64(credentials) }
  if (scheme?.toLowerCase() === 'bearer' && credentials) {
    return { kind: 'token', text: credentials.includes('.') ? credentials : fromBase64(credentials) }
  }
  return credentialsInQuery(query)
}

/** The application that the credentials name: the first part of a key name (`appId.keyId`, P90). */
export function appIdIn(credentials: Credentials | undefined): string | undefined {
  if (credentials === undefined) return undefined
  const name = credentials.kind === 'key' ? credentials.text : keyNameIn(credentials.text)
  return name?.split('.')[0]
}

/** The key name in the header of a JWT, not verified; undefined unless `kid` is a string. */
export function keyNameIn(token: string): string | undefined {
  try {
    const kid: unknown = decodeProtectedHeader(token).kid
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}
