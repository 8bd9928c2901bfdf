import { HttpError, isOwnHost } from '@streamfold/agent'
import type { MiddlewareHandler } from 'hono'

/**
 * Refuses requests to a host name that is not the agent's with 403, also those of health checks and files.
 *
 * @param hosts names besides `localhost` and addresses, without ports
 */
export function checkHost(hosts: readonly string[]): MiddlewareHandler {
  return (context, next) => {
    if (isOwnHost(context.req.raw, hosts)) return next()
    const todo = 'call the agent by its address, or add the name to AGENT_HOSTS'
    throw new HttpError(403, 'unknown-host', `unable to answer; the host that was asked for is not known here: ${todo}`)
  }
}
