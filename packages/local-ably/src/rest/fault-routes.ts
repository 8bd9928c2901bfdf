import type { Apps } from '../apps/apps.ts'
import type { Faults } from '../apps/faults.ts'
import { inject } from '../apps/inject.ts'
import { parseFault } from '../faults/fault-request.ts'
import { requireEverything, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/**
 * POST /faults puts one in force, DELETE /faults takes all back, both with a key that may do everything. Answers how many connections
 * it matched.
 */
export async function faultRoutes(apps: Apps, faults: Faults, request: RestRequest): Promise<RestResponse | undefined> {
  if (request.method !== 'DELETE' && request.method !== 'POST') return undefined
  await requireEverything(apps, request)
  if (request.method === 'DELETE') {
    faults.clear()
    return { status: 200, body: { cleared: true } }
  }
  const fault = parseFault(await request.body())
  return { status: 200, body: { type: fault.type, ...inject(faults, fault) } }
}
