import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AblyError } from '../protocol/ably-error.ts'
import { encodeBody, type Format } from '../protocol/codec.ts'

export interface RestResponse {
  readonly status: number
  readonly body: unknown
  /** Values of the `Link` header. */
  readonly links?: readonly string[]
  /** The format to use whatever the client accepts: tokens and health are always JSON. */
  readonly format?: Format
  /** The error of a partial success, which the body has too. */
  readonly error?: AblyError
}

export function respond(response: ServerResponse, accepts: Format, answer: RestResponse): void {
  const format = answer.format ?? accepts
  const body = answer.status === 204 ? Buffer.alloc(0) : encodeBody(answer.body, format)
  // Exactly these types: with a charset the Node client leaves an error body unparsed.
  response.setHeader('content-type', format === 'msgpack' ? 'application/x-msgpack' : 'application/json')
  response.setHeader('content-length', body.byteLength)
  if (answer.error !== undefined) {
    response.setHeader('x-ably-errorcode', answer.error.code)
    response.setHeader('x-ably-errormessage', answer.error.message.replaceAll(/[^\x20-\x7E]/g, '?'))
  }
  if (answer.links?.length) response.setHeader('link', [...answer.links])
  response.writeHead(answer.status)
  response.end(body)
}

export function respondError(response: ServerResponse, accepts: Format, error: AblyError): void {
  respond(response, accepts, { status: error.statusCode, body: { error: error.toWire() }, error })
}

/** The CORS headers that let a page, already checked by `BrowserAccess`, use the whole API. */
export function allowBrowsers(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'origin')
  const { origin } = request.headers
  if (origin === undefined) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS')
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ??
      'accept, authorization, content-type, x-ably-version, ably-agent, x-ably-clientid, x-ably-lib',
  )
  response.setHeader('access-control-expose-headers', 'Link, X-Ably-Errorcode, X-Ably-Errormessage, X-Ably-ServerId')
  response.setHeader('access-control-max-age', '600')
  // A page of another address space (a tunnel, a machine in the network) asks for this one as well.
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true')
  }
}
