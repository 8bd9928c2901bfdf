import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { HttpError } from './http-error.ts'

/**
 * Refuses requests to a host name that is not the agent's with 403. A page of another site can resolve its own name to this machine (DNS
 * rebinding); its requests then have the agent's origin, and only the `Host` header differs. A rebound name is never an address, so requests to
 * addresses and to `localhost` are accepted.
 *
 * @param hosts further names, without ports
 */
export function checkHost(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())])
  return (context, next) => {
    const name = hostOf(context)
    if (isIP(name) > 0 || known.has(name) || name.endsWith('.localhost')) return next()
    const todo = 'call the agent by its address, or add the name to AGENT_HOSTS'
    throw new HttpError(403, 'unknown-host', `unable to answer; the host that was asked for is not known here: ${todo}`)
  }
}

/** In lower case, without the port, the brackets of an IPv6 address and the dot of a full name; empty where it makes no sense. */
function hostOf({ req }: Context): string {
  const host = req.header('host')
  const address = host === undefined ? req.url : `http://${host}`
  if (!URL.canParse(address)) return ''
  const { hostname, host: whole, pathname, username, password } = new URL(address)
  // Other parsers would read more than a host differently.
  if (host !== undefined && (pathname !== '/' || username || password || whole === '')) return ''
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
