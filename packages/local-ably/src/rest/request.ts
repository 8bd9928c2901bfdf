import type { IncomingMessage } from 'node:http'
import type { Apps } from '../apps/apps.ts'
import type { Broker } from '../apps/broker.ts'
import { authenticate } from '../auth/authenticate.ts'
import { allows } from '../auth/capability.ts'
import { credentialsInHeader, type Credentials } from '../auth/credentials.ts'
import { resolveClientId, type Principal } from '../auth/principal.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { decodeBody, type Format } from '../protocol/codec.ts'

const MAX_BODY = 2_000_000

/** A REST request, its path already cut into decoded segments. */
export interface RestRequest {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** The format of the answer. */
  readonly accepts: Format
  body(): Promise<unknown>
  /** Resolves when the body has come, so that reading it takes no more time. */
  received(): Promise<unknown>
}

export interface Caller {
  readonly principal: Principal
  readonly clientId: string | undefined
}

export function readRequest(message: IncomingMessage): RestRequest {
  // Not `new URL`: it throws for paths such as `//`.
  const [path = '', search] = (message.url ?? '').split('?')
  const query = new URLSearchParams(search)
  const format = query.get('format')
  let bytes: Promise<Buffer> | undefined
  const received = (): Promise<Buffer> => (bytes ??= readBody(message))
  const wanted = format === 'msgpack' ? 'application/x-msgpack' : (message.headers.accept ?? '')
  return {
    method: message.method ?? 'GET',
    path: path.split('/').filter(Boolean).map(decodeSegment),
    query,
    headers: message.headers,
    received,
    accepts: wanted.includes('application/x-msgpack') ? 'msgpack' : 'json',
    async body() {
      const read = await received()
      if (read.byteLength === 0) return undefined
      return decodeBody(read, message.headers['content-type']?.includes('msgpack') ? 'msgpack' : 'json')
    },
  }
}

/** The caller of a request. Rejects with 401 if the credentials are not valid. */
export function callerOf(broker: Broker, request: RestRequest): Promise<Caller> {
  let caller = callers.get(request)
  if (caller === undefined) {
    caller = identify(broker, request)
    callers.set(request, caller)
  }
  return caller
}

/** Found out once for each request. */
const callers = new WeakMap<RestRequest, Promise<Caller>>()

async function identify(broker: Broker, request: RestRequest): Promise<Caller> {
  const principal = await authenticate(broker, credentialsOf(request))
  const header = request.headers['x-ably-clientid']
  const asked = typeof header === 'string' ? Buffer.from(header, 'base64').toString('utf8') : undefined
  return { principal, clientId: resolveClientId(principal, asked ?? request.query.get('clientId') ?? undefined) }
}

/** Rejects with 401 unless the request has a key or token that may do everything: the request affects all clients. */
export async function requireEverything(apps: Apps, request: RestRequest): Promise<void> {
  const { capability } = await authenticate(appOf(apps, request), credentialsOf(request))
  if (allows(capability, '*', '*')) return
  throw new AblyError(
    40160,
    401,
    `unable to answer ${request.method} /${request.path.join('/')}; use a key that may do everything`,
  )
}

/** The application a request is about, as its credentials claim. */
export function appOf(apps: Apps, request: RestRequest): Broker {
  return apps.of(credentialsOf(request))
}

export function credentialsOf(request: RestRequest): Credentials | undefined {
  return credentialsInHeader(request.headers.authorization, request.query)
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new AblyError(40000, 400, 'unable to read the path; it is not percent-encoded correctly')
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > MAX_BODY) throw new AblyError(40009, 413, `unable to read the body; it has more than ${MAX_BODY} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
