import type { Apps } from '../apps/apps.ts'
import type { Broker } from '../apps/broker.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { Key } from '../auth/keys.ts'
import { concerns, parseTarget } from '../auth/revocations.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import { isRecord } from '../shared/record.ts'
import { credentialsOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** With `allowReauthMargin` clients have this long to fetch another token, ms (P94). */
const REAUTH_MARGIN = 30_000

/** How far in the past `issuedBefore` may lie, ms: tokens of revocable keys live no longer. */
const MAX_AGE = 3_600_000

/** Everything under /keys/K */
export async function keyRoutes(apps: Apps, request: RestRequest): Promise<RestResponse | undefined> {
  const [, keyName, operation] = request.path
  if (request.method !== 'POST' || keyName === undefined) return undefined
  if (operation !== 'requestToken' && operation !== 'revokeTokens') return undefined
  const broker = apps.byId(keyName.split('.')[0]) ?? apps.main
  const key = broker.keys.find(keyName)
  if (key === undefined) throw new AblyError(40400, 404, `unable to answer; no key "${keyName}"`)
  return operation === 'requestToken' ? requestToken(broker, request, key) : revokeTokens(broker, request, key)
}

/** POST /keys/K/requestToken: a request that presents the key itself needs no signature (P91). */
async function requestToken(broker: Broker, request: RestRequest, key: Key): Promise<RestResponse> {
  const body = await request.body()
  const signedIn = credentialsOf(request) !== undefined && (await presents(broker, request, key))
  return {
    status: 201,
    body: await broker.tokenRequests.issue(key, body, signedIn, broker.options.clock.now()),
    format: 'json',
  }
}

/** POST /keys/K/revokeTokens. Throws 40162 for a token, 40133 for another key, 40163 for a key whose tokens cannot be revoked. */
async function revokeTokens(broker: Broker, request: RestRequest, key: Key): Promise<RestResponse> {
  const caller = await authenticate(broker, credentialsOf(request))
  if (caller.kind !== 'key')
    throw new AblyError(40162, 401, 'unable to revoke with a token; present the key that issued the tokens')
  if (caller.keyName !== key.name)
    throw new AblyError(40133, 401, 'unable to revoke; a key revokes the tokens it issued and no others')
  if (!key.revocableTokens) throw new AblyError(40163, 401, 'unable to revoke; revocableTokens is off for this key')
  const body = await request.body()
  const targets = isRecord(body) ? body['targets'] : undefined
  if (!isRecord(body) || !Array.isArray(targets) || targets.length === 0 || targets.length > 100) {
    throw new AblyError(40000, 400, 'unable to revoke; the body lists no targets, or more than 100')
  }
  const now = broker.options.clock.now()
  const issuedBefore = body['issuedBefore'] ?? now
  if (typeof issuedBefore !== 'number' || issuedBefore > now || issuedBefore < now - MAX_AGE) {
    throw new AblyError(40003, 400, 'unable to revoke; issuedBefore must be a time of the last hour')
  }
  const appliesAt = now + (body['allowReauthMargin'] === true ? REAUTH_MARGIN : 0)
  const results = targets.map((target: unknown) => {
    try {
      if (typeof target !== 'string') throw new AblyError(40000, 400, 'unable to revoke; a target is a string')
      revoke(broker, key, target, issuedBefore, appliesAt)
      return { target, issuedBefore, appliesAt }
    } catch (error) {
      return { target, error: toAblyError(error, 'a request', broker.options.log).toWire() }
    }
  })
  const failureCount = results.filter((result) => 'error' in result).length
  return { status: 201, body: { successCount: results.length - failureCount, failureCount, results } }
}

/** Refuses the tokens from `appliesAt` on and disconnects their clients, which are asked for another token at once. */
function revoke(broker: Broker, key: Key, text: string, issuedBefore: number, appliesAt: number): void {
  const { clock } = broker.options
  const revocation = { keyName: key.name, target: parseTarget(text), issuedBefore, appliesAt }
  broker.revocations.add(revocation, clock.now())
  const disconnect = (): void => {
    for (const { principal, transport } of broker.connections) {
      if (!concerns(revocation, principal)) continue
      transport?.end(new Frame({ action: Action.DISCONNECTED, error: broker.revocations.error().toWire() }))
    }
  }
  const margin = appliesAt - clock.now()
  if (margin <= 0) return disconnect()
  for (const { principal, transport } of broker.connections) {
    if (concerns(revocation, principal)) transport?.send(new Frame({ action: Action.AUTH }))
  }
  clock.after(margin, disconnect)
}

async function presents(broker: Broker, request: RestRequest, key: Key): Promise<boolean> {
  const caller = await authenticate(broker, credentialsOf(request))
  return caller.kind === 'key' && caller.keyName === key.name
}
