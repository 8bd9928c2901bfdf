import type { Broker } from '../apps/broker.ts'
import { requireCapability } from '../auth/principal.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { pageLinks, parsePage } from './paging.ts'
import { callerOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

const UNITS = ['minute', 'hour', 'day', 'month']

/** GET /stats: a page without entries, since a server on a laptop keeps no statistics; its parameters are checked. */
export async function getStats(broker: Broker, request: RestRequest): Promise<RestResponse> {
  requireCapability((await callerOf(broker, request)).principal, '*', 'stats')
  parsePage(withTimes(request.query), 'backwards')
  const unit = request.query.get('unit') ?? 'minute'
  if (!UNITS.includes(unit)) throw new AblyError(40003, 400, `unable to answer; unit "${unit}" is not ${UNITS.join(', ')}`)
  return { status: 200, body: [], links: pageLinks('stats', request.query, undefined) }
}

/** The query with its interval ids, such as `2025-02-03:15:04`, as the ms since 1970 when the interval begins. */
function withTimes(query: URLSearchParams): URLSearchParams {
  const times = new URLSearchParams(query)
  for (const name of ['start', 'end']) {
    const begin = timeOf(query.get(name) ?? '')
    if (begin !== undefined) times.set(name, String(begin))
  }
  return times
}

/** When an interval id begins; undefined for what is none. A minute, hour, day or month; minutes and hours may be left out. */
function timeOf(id: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})(?:-(\d{2})(?::(\d{2})(?::(\d{2}))?)?)?$/.exec(id)
  if (parts === null) return undefined
  const [, year, month, day = '01', hour = '00', minute = '00'] = parts
  const iso = `${year}-${month}-${day}T${hour}:${minute}:00.000Z`
  const time = new Date(iso)
  // A date that there is not, 30 February, would be taken for another.
  const exists = !Number.isNaN(time.getTime()) && time.toISOString() === iso
  return exists ? time.getTime() : undefined
}

/** POST /stats: test suites send fixtures to test deployments; they are accepted and forgotten. */
export async function postStats(broker: Broker, request: RestRequest): Promise<RestResponse> {
  await callerOf(broker, request)
  await request.body()
  return { status: 201, body: [] }
}
