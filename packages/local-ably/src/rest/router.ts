import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Broker } from '../broker.ts'
import type { Faults } from '../faults/faults.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { batchPresence, batchPublish } from './batch-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { callerOf, readRequest, type RestRequest } from './request.ts'
import { allowBrowsers, respond, respondError, type RestResponse } from './respond.ts'

/** Answers one HTTP request; never throws. */
export async function route(broker: Broker, faults: Faults, message: IncomingMessage, response: ServerResponse): Promise<void> {
  allowBrowsers(message, response)
  if (message.method === 'OPTIONS') {
    response.writeHead(204).end()
    return
  }
  let request: RestRequest | undefined
  try {
    request = readRequest(message)
    const answer = await dispatch(broker, faults, request)
    if (answer === undefined) throw new AblyError(40400, 404, `unable to find ${request.method} /${request.path.join('/')}`)
    respond(response, request.accepts, answer)
  } catch (error) {
    // An unread body would be taken for the next request of a kept-alive socket.
    message.resume()
    if (!response.headersSent) respondError(response, request?.accepts ?? 'json', toAblyError(error))
  }
}

async function dispatch(broker: Broker, faults: Faults, request: RestRequest): Promise<RestResponse | undefined> {
  const [resource] = request.path
  const single = request.path.length === 1
  const route = `${request.method} ${resource}`
  if (resource === 'channels') return channelRoutes(broker, request)
  if (resource === 'keys') return keyRoutes(broker, request)
  if (single && resource === 'faults') return faultRoutes(faults, request)
  if (single && route === 'GET time') return { status: 200, body: [broker.options.clock.now()] }
  if (single && route === 'GET health') return { status: 200, body: { status: 'ok' }, format: 'json' }
  if (single && route === 'POST messages') return batchPublish(broker, request)
  if (single && route === 'GET presence') return batchPresence(broker, request)
  if (single && route === 'GET stats') {
    callerOf(broker, request)
    return { status: 200, body: [], links: [] }
  }
  return undefined
}
