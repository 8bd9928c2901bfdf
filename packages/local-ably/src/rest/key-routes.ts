import { AblyError } from '../protocol/ably-error.ts'
import type { Broker } from '../broker.ts'
import { authenticateHeader } from '../auth/authenticate.ts'
import type { RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** POST /keys/K/requestToken */
export async function keyRoutes(broker: Broker, request: RestRequest): Promise<RestResponse | undefined> {
  const [, keyName, operation] = request.path
  if (request.method !== 'POST' || keyName === undefined || operation !== 'requestToken') return undefined
  const key = broker.keys.find(keyName)
  if (key === undefined) throw new AblyError(40400, 404, `unable to issue a token; no key "${keyName}"`)
  const body = await request.body()
  const now = broker.options.clock.now()
  const { authorization } = request.headers
  const caller = authorization && authenticateHeader(authorization, request.query, broker.keys, now)
  const signedIn = caller !== undefined && caller !== '' && caller.kind === 'key' && caller.keyName === keyName
  return { status: 201, body: broker.tokenRequests.issue(key, body, signedIn, now), format: 'json' }
}
