import { setNewest } from '@streamfold/core/transport'
import type { Context, MiddlewareHandler } from 'hono'
import { addressOf } from './client-address.ts'
import { HttpError } from '@streamfold/agent'

export interface RateLimitOptions {
  /** Sustained requests per client and minute. */
  readonly perMinute: number
  /** Requests in a burst. Default a quarter of `perMinute`, at least 10. */
  readonly burst?: number
  /** Identifies the client. Default: the address it connects from; behind your own proxy, the one that the proxy reports. */
  readonly clientOf?: (context: Context) => string
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number
}

interface Bucket {
  tokens: number
  at: number
}

/** Number of remembered clients; the one idle for the longest is dropped first. */
const REMEMBERED = 10_000

/** Refuses requests beyond a client's rate with 429 and `Retry-After` (seconds). */
export function rateLimit(options: RateLimitOptions): MiddlewareHandler {
  const { perMinute, clientOf = addressOf, now = Date.now } = options
  const burst = options.burst ?? Math.max(10, Math.ceil(perMinute / 4))
  const each = 60_000 / perMinute
  const buckets = new Map<string, Bucket>()
  return async (context, next) => {
    const client = clientOf(context)
    const time = now()
    const known = buckets.get(client)
    const tokens = known ? Math.min(burst, known.tokens + (time - known.at) / each) : burst
    setNewest(buckets, client, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: time }, REMEMBERED)
    if (tokens >= 1) return next()
    const seconds = Math.ceil(((1 - tokens) * each) / 1000)
    context.header('Retry-After', String(seconds))
    throw new HttpError(429, 'too-many-requests', `unable to take the request; too many came from you: try again in ${seconds} s`)
  }
}
