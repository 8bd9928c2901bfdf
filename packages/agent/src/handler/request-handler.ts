import type { Clock } from '../clock.ts'
import type { Report } from '../publish/options/reporter.ts'
import { createCrossSite } from './http/cross-site.ts'
import { HttpError } from './http/http-error.ts'
import { json } from './http/json.ts'
import { readBody } from './http/read-body.ts'
import type { Call, Route } from './routes/route.ts'
import type { User } from './user.ts'

/** What a platform says beside the request. Cloudflare's `ctx` is one; Next.js has `{ waitUntil: after }`. */
export interface HandlerContext {
  /** Keeps the process alive for a promise after the response. Without it the process lives on by itself. */
  waitUntil?(promise: Promise<unknown>): void
  /** The client for whom the request counts, where clients take turns. Default: the user's client id. */
  readonly client?: string
}

export type RequestHandler = (request: Request, context?: HandlerContext) => Promise<Response>

export interface RequestHandlerOptions {
  readonly routes: readonly Route[]
  readonly path: string
  readonly authorize: (request: Request) => User | undefined | PromiseLike<User | undefined>
  readonly origins: readonly string[]
  readonly hosts: readonly string[] | undefined
  readonly clock: Clock
  readonly report: Report
  /** Lends agents to a request. */
  readonly work: (
    context: HandlerContext,
    respond: (agents: Pick<Call, 'agents' | 'reachable'>) => Promise<Response>,
  ) => Promise<Response>
}

/** Finds the route of a request, and answers every failure as JSON: `{ error: { code, message } }`. */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { authorize, clock, report, work } = options
  const base = `/${options.path}`.replace(/\/+/g, '/').replace(/\/$/, '')
  const crossSite = createCrossSite(options.origins, options.hosts)

  async function answer(request: Request, context: HandlerContext): Promise<Response> {
    const url = new URL(request.url)
    crossSite.check(request)
    const routes = options.routes.filter(({ path }) => url.pathname === `${base}${path}`)
    if (routes.length === 0)
      throw new HttpError(
        404,
        'not-found',
        `unable to find it here; call ${base}${options.routes[0]?.path ?? ''}, or mount the handler elsewhere`,
      )
    if (request.method === 'OPTIONS') return new Response(null, { status: 204 })
    const route = routes.find(({ methods }) => methods.includes(request.method))
    if (!route) {
      const methods = routes.flatMap((each) => each.methods).join(', ')
      throw new HttpError(405, 'not-allowed', `unable to answer; send ${methods}`, {}, { Allow: methods })
    }
    const body = await readBody(request, route.most)
    const user = await (route.authenticate ? route.authenticate(request, body) : authorize(request))
    if (!user) {
      const todo = 'sign in, and send what shows it (a cookie, or a header)'
      throw new HttpError(401, 'not-signed-in', `unable to answer; no user is known to have sent this: ${todo}`)
    }
    return work(context, (agents) =>
      route.handle({ request, url, body, user, client: context.client ?? user.clientId, clock, ...agents }),
    )
  }

  function refusal(error: unknown): Response {
    if (!(error instanceof HttpError)) {
      report(error)
      return refusal(new HttpError(500, 'internal', 'unable to answer the request; the agent failed: see its log'))
    }
    if (error.cause !== undefined) report(error.cause)
    return json(error, error.status, error.headers)
  }

  return async (request, context = {}) => {
    if (typeof request?.method !== 'string' || typeof request.url !== 'string')
      throw new TypeError('unable to answer; this is no Request: give the framework’s Request, as c.req.raw of Hono')
    const response = await answer(request, context).catch(refusal)
    for (const [name, value] of Object.entries(crossSite.headers(request))) response.headers.set(name, value)
    return response
  }
}
