import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'

/** Logs each request without what is in it: no query, no body, no header, no address. One that succeeds is logged at `debug`. */
export function logRequests(logger: Logger): MiddlewareHandler {
  let requests = 0
  return async (context, next) => {
    const started = performance.now()
    const request = ++requests
    await next()
    const { method } = context.req
    const { status } = context.res
    const ms = Math.round(performance.now() - started)
    // The health checks answer 503 while the agent stops: that is no failure of theirs.
    const check = context.req.path.endsWith('z')
    const level = check || status < 400 ? 'debug' : status >= 500 ? 'error' : 'info'
    // The pattern, never the path: a path that nobody serves is contents.
    const route = matchedRoutes(context).findLast(({ path }) => !path.includes('*'))?.path ?? 'none'
    logger[level]({ request, method, route, status, ms }, 'request')
  }
}
