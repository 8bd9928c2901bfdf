import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'

/** Logs each request without contents: no query, body, header or address. A successful one is logged at `debug`. */
export function logRequests(logger: Logger): MiddlewareHandler {
  let requests = 0
  return async (context, next) => {
    const started = performance.now()
    const request = ++requests
    await next()
    const { method } = context.req
    const { status } = context.res
    const ms = Math.round(performance.now() - started)
    // Health checks answer 503 while the agent stops, which is no failure.
    const check = context.req.path.endsWith('z')
    const level = check || status < 400 ? 'debug' : status >= 500 ? 'error' : 'info'
    // The pattern, never the path: an unknown path may have contents.
    const route = matchedRoutes(context).findLast(({ path }) => !path.includes('*'))?.path ?? 'none'
    logger[level]({ request, method, route, status, ms }, 'request')
  }
}
