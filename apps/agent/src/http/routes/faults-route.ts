import type { Rest } from 'ably'
import type { Handler } from 'hono'
import * as v from 'valibot'
import { HttpError } from '@streamfold/agent'
import { requireOwnPage } from '../own-page.ts'
import { readJson } from '../read-json.ts'

/** Local Ably checks the rest. */
const fault = v.looseObject({ type: v.string() })

/**
 * Forwards faults to local Ably, which accepts them only with its key; no page has that. `POST` sets a fault, `DELETE` removes
 * all. Only `pnpm dev` offers it.
 */
export function faultsRoute(rest: Pick<Rest, 'request'>): Handler {
  return async (context) => {
    requireOwnPage(context)
    const body = context.req.method === 'DELETE' ? undefined : await readJson(context.req.raw, fault)
    const answer = await rest.request(context.req.method, '/faults', 3, undefined, body).catch((cause: unknown) => {
      throw new HttpError(502, 'unreachable', 'unable to pass the fault on; local Ably did not answer', {
        reason: cause instanceof Error ? cause.message : String(cause),
      })
    })
    if (!answer.success) throw new HttpError(400, 'bad-request', `unable to pass the fault on; ${answer.errorMessage}`)
    return context.json({ passedOn: true })
  }
}
