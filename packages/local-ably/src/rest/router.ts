import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Apps } from '../apps/apps.ts'
import type { Faults } from '../apps/faults.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { appRoutes } from './app-routes.ts'
import { batchPresence, batchPublish } from './batch-routes.ts'
import type { BrowserAccess } from './browser-access.ts'
import { channelRoutes } from './channel-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { appOf, readRequest, type RestRequest } from './request.ts'
import { allowBrowsers, respond, respondError, type RestResponse } from './respond.ts'
import { getStats, postStats } from './stats-routes.ts'

/** The parts of the server that answer requests. */
export interface Served {
  readonly apps: Apps
  readonly faults: Faults
  readonly access: BrowserAccess
}

/** Answers one HTTP request. Rejects only where not even an error can be written. */
export async function route(served: Served, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { log } = served.apps.main.options
  let request: RestRequest | undefined
  try {
    const refused = served.access.refusal(message)
    if (refused !== undefined) throw refused
    allowBrowsers(message, response)
    if (message.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    request = readRequest(message)
    const answer = await dispatch(served, request)
    if (answer === undefined) throw new AblyError(40400, 404, `unable to find ${request.method} /${request.path.join('/')}`)
    respond(response, request.accepts, answer)
    log(`${request.method} /${request.path.join('/')} ${answer.status}`)
  } catch (error) {
    // An unread body would be taken for the next request of a kept-alive socket.
    message.resume()
    const refusal = toAblyError(error, 'a request', log)
    log(`${message.method} ${message.url?.split('?')[0]} ${refusal.statusCode} ${refusal.code} ${refusal.message}`)
    if (!response.headersSent) respondError(response, request?.accepts ?? 'json', refusal)
  }
}

async function dispatch({ apps, faults }: Served, request: RestRequest): Promise<RestResponse | undefined> {
  const [resource] = request.path
  const single = request.path.length === 1
  const route = `${request.method} ${resource}`
  if (resource === 'keys') return keyRoutes(apps, request)
  // Shown by a client that may use nothing else.
  if (resource === 'comet') throw new AblyError(40400, 404, "unable to serve the comet transport; set transports: ['web_socket']")
  if (resource === 'apps') return appRoutes(apps, request)
  if (single && resource === 'faults') return faultRoutes(apps, faults, request)
  if (single && route === 'GET time') return { status: 200, body: [apps.main.options.clock.now()] }
  if (single && route === 'GET health') return { status: 200, body: { status: 'ok' }, format: 'json' }
  const broker = appOf(apps, request)
  if (resource === 'channels') return channelRoutes(broker, request)
  if (single && route === 'POST messages') return batchPublish(broker, request)
  if (single && route === 'GET presence') return batchPresence(broker, request)
  if (single && route === 'GET stats') return getStats(broker, request)
  if (single && route === 'POST stats') return postStats(broker, request)
  return undefined
}
