import * as v from 'valibot'
import type { Faults } from '../faults/faults.ts'
import { AblyError } from '../protocol/ably-error.ts'
import type { RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

const selector = { connectionId: v.optional(v.string()), clientId: v.optional(v.string()), channel: v.optional(v.string()) }
const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const faultRequest = v.variant('type', [
  v.strictObject({ type: v.literal('cut'), ...selector, refuseFor: v.optional(milliseconds) }),
  v.strictObject({ type: v.literal('refuse'), ...selector, ms: milliseconds }),
  v.strictObject({ type: v.literal('expireContinuity'), ...selector }),
  v.strictObject({ type: v.literal('delay'), ...selector, ms: milliseconds }),
  v.strictObject({ type: v.literal('duplicate'), ...selector }),
  v.strictObject({
    type: v.literal('conflate'),
    ...selector,
    ms: v.optional(milliseconds),
    as: v.optional(v.picklist(['merged', 'full'])),
  }),
  v.strictObject({
    type: v.literal('rejectAppend'),
    ...selector,
    nth: v.optional(count),
    times: v.optional(count),
    code: v.optional(count),
    fold: v.optional(v.boolean()),
  }),
  v.strictObject({ type: v.literal('dropAck'), ...selector, nth: v.optional(count) }),
])

/** POST /faults puts one in force, DELETE /faults takes all back. Answers how many connections it matched. */
export async function faultRoutes(faults: Faults, request: RestRequest): Promise<RestResponse | undefined> {
  if (request.method === 'DELETE') {
    faults.clear()
    return { status: 200, body: { cleared: true }, format: 'json' }
  }
  if (request.method !== 'POST') return undefined
  const parsed = v.safeParse(faultRequest, await request.body())
  if (!parsed.success) throw new AblyError(40000, 400, `unable to inject the fault; ${reasonOf(parsed.issues)}`)
  return { status: 200, body: { type: parsed.output.type, ...inject(faults, parsed.output) }, format: 'json' }
}

function inject(faults: Faults, fault: v.InferOutput<typeof faultRequest>): { connections?: number } {
  switch (fault.type) {
    case 'cut':
      return { connections: faults.cut(fault) }
    case 'expireContinuity':
      return { connections: faults.expireContinuity(fault) }
    case 'refuse':
      faults.refuse(fault)
      return {}
    case 'delay':
      faults.delay(fault)
      return {}
    case 'duplicate':
      faults.duplicate(fault)
      return {}
    case 'conflate':
      faults.conflate(fault)
      return {}
    case 'rejectAppend':
      faults.rejectAppend(fault)
      return {}
    case 'dropAck':
      faults.dropAck(fault)
      return {}
    default:
      return fault satisfies never
  }
}

function reasonOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`).join('; ')
}
