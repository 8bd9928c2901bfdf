import * as v from 'valibot'
import { AblyError } from '../protocol/ably-error.ts'

const text = v.optional(v.string())
const selector = { connectionId: text, clientId: text, channel: text, message: text }
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
  v.strictObject({ type: v.literal('appendAsUpdate'), ...selector, nth: v.optional(count), times: v.optional(count) }),
  v.strictObject({ type: v.literal('loseAppend'), ...selector, nth: v.optional(count), times: v.optional(count) }),
  v.strictObject({ type: v.literal('repeatAppend'), ...selector, nth: v.optional(count), times: v.optional(count) }),
  v.strictObject({ type: v.literal('freeze'), ...selector, ms: v.optional(milliseconds) }),
  v.strictObject({ type: v.literal('restart'), downFor: v.optional(milliseconds) }),
  v.strictObject({ type: v.literal('dropAck'), ...selector, nth: v.optional(count) }),
])

/** A fault as data: what `POST /faults` takes, and the option `faults`. */
export type FaultRequest = v.InferInput<typeof faultRequest>

export function parseFault(value: unknown): FaultRequest {
  const parsed = v.safeParse(faultRequest, value)
  if (parsed.success) return parsed.output
  throw new AblyError(40000, 400, `unable to inject the fault; ${reasonOf(parsed.issues)}`)
}

function reasonOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`).join('; ')
}
