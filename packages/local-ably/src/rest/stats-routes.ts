import type { Broker } from '../broker.ts'
import { requireCapability } from '../auth/principal.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { pageLinks, parsePage } from './paging.ts'
import { callerOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

const UNITS = ['minute', 'hour', 'day', 'month']

/** GET /stats: a page without entries, since a server on a laptop keeps no statistics; its parameters are checked. */
export async function getStats(broker: Broker, request: RestRequest): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, '*', 'stats')
  parsePage(request.query, 'backwards')
  const unit = request.query.get('unit') ?? 'minute'
  if (!UNITS.includes(unit)) throw new AblyError(40003, 400, `unable to answer; unit "${unit}" is not ${UNITS.join(', ')}`)
  return { status: 200, body: [], links: pageLinks('stats', request.query, undefined) }
}

/** POST /stats: test suites send fixtures to test deployments; they are accepted and forgotten. */
export async function postStats(broker: Broker, request: RestRequest): Promise<RestResponse> {
  await callerOf(broker, request)
  await request.body()
  return { status: 201, body: [] }
}
