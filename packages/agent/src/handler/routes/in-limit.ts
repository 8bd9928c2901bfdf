import type { Clock } from '../../clock.ts'
import { HttpError } from '../http/http-error.ts'
import { within } from '../../within.ts'

/**
 * What an archive gives a request: no request waits for a database that hangs.
 *
 * @param limit milliseconds
 * @param ask is given a signal that aborts behind the limit; what it gives then is not used
 * @throws HttpError 503 behind the limit
 */
export async function inLimit<T>(
  unable: string,
  limit: number,
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const given = await within(
    ask(late.signal).then((value) => ({ value })),
    limit,
    clock,
  )
  if (given) return given.value
  const waited = `the archive has not answered for ${limit} ms`
  const cause = new Error(`${unable}; ${waited}: see whether its database hangs`)
  late.abort(cause)
  const refusal = new HttpError(503, 'unavailable', `${unable}; ${waited}: try again later`, {}, { 'Retry-After': '5' })
  throw Object.assign(refusal, { cause })
}
