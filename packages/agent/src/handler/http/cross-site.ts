import { HttpError } from './http-error.ts'
import { isOwnHost } from './own-host.ts'

/** Checks from where requests come, and says to browsers what pages of other sites may read. */
export interface CrossSite {
  /**
   * Refuses what a page of an unknown site sends, and requests to a host that is not the handler's.
   *
   * @throws HttpError 403
   */
  check(request: Request): void
  /** The headers of every response to this request. */
  headers(request: Request): Readonly<Record<string, string>>
}

/**
 * @param origins of other sites whose pages may call the handler, with the user's cookies
 * @param hosts names under which the handler is called, besides `localhost` and addresses. Default: any
 */
export function createCrossSite(origins: readonly string[], hosts: readonly string[] | undefined): CrossSite {
  const isKnown = (request: Request): boolean => origins.includes(request.headers.get('origin') ?? '')
  return {
    check(request) {
      if (hosts && !isOwnHost(request, hosts)) {
        const todo = 'call the agent by its address, or add the name to `hosts`'
        throw new HttpError(403, 'unknown-host', `unable to answer; the host that was asked for is not known here: ${todo}`)
      }
      const from = request.headers.get('sec-fetch-site')
      if ((from === 'cross-site' || from === 'same-site') && !isKnown(request))
        throw new HttpError(
          403,
          'unknown-origin',
          'unable to answer; a page of another site sent the request: add its origin to `origins`',
        )
    },
    headers(request) {
      if (origins.length === 0) return {}
      const vary = { Vary: 'Origin' }
      const origin = request.headers.get('origin')
      if (origin === null || !isKnown(request)) return vary
      const allowed = {
        ...vary,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Expose-Headers': 'Retry-After',
      }
      if (request.method !== 'OPTIONS') return allowed
      return {
        ...allowed,
        'Access-Control-Allow-Methods': 'GET,POST',
        'Access-Control-Allow-Headers': request.headers.get('access-control-request-headers') ?? 'content-type',
        'Access-Control-Max-Age': '600',
      }
    },
  }
}
