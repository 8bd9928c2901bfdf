import { inject, parseFault } from '../faults/fault-request.ts'
import type { Faults } from '../faults/faults.ts'
import type { RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** POST /faults puts one in force, DELETE /faults takes all back. Answers how many connections it matched. */
export async function faultRoutes(faults: Faults, request: RestRequest): Promise<RestResponse | undefined> {
  if (request.method === 'DELETE') {
    faults.clear()
    return { status: 200, body: { cleared: true }, format: 'json' }
  }
  if (request.method !== 'POST') return undefined
  const fault = parseFault(await request.body())
  return { status: 200, body: { type: fault.type, ...inject(faults, fault) }, format: 'json' }
}
