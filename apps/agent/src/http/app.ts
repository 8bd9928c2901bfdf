import type { Rest } from 'ably'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Logger } from 'pino'
import type { Agents } from '../agents/agents.ts'
import { archiveRoute } from './routes/archive-route.ts'
import { checkHost } from './check-host.ts'
import { crashRoute } from './routes/crash-route.ts'
import { faultsRoute } from './routes/faults-route.ts'
import type { FilesOptions } from './routes/files-route.ts'
import { addFiles, uploadLimit } from './routes/files-route.ts'
import { HttpError } from './http-error.ts'
import { logRequests } from './log-requests.ts'
import type { RateLimitOptions } from './rate-limit.ts'
import { addressOf } from './client-address.ts'
import { rateLimit } from './rate-limit.ts'
import { responsesRoute } from './routes/responses-route.ts'
import { tokenRoute } from './routes/token-route.ts'

export interface AppOptions {
  readonly rest: Rest
  readonly agents: Pick<Agents, 'answer' | 'ahead' | 'archived'>
  /** Origins whose pages may read the answers. */
  readonly origins: readonly string[]
  /** Names under which the agent is called, besides `localhost` and addresses. */
  readonly hosts: readonly string[]
  /** Fields of `/healthz` besides `ok`. */
  readonly health: () => Readonly<Record<string, unknown>>
  /** Whether prompts can be answered now; `/readyz` says so. */
  readonly ready: () => boolean
  /** Whether there are more prompts than can be answered; `/healthz` and `/readyz` say so. Default: never. */
  readonly overloaded?: () => boolean
  /** Keeps the files of prompts; the default is that there is no place for them. */
  readonly files?: FilesOptions['store'] | undefined
  /** The address under which readers reach the agent, for what they get from it. Default: the one that a request was sent to. */
  readonly address?: string | undefined
  readonly logger: Logger
  /** The rate limit of each client. */
  readonly rate: RateLimitOptions
  /** Life of a user's token, in milliseconds. */
  readonly tokenTtl: number
  /** Whether pages may cause faults: crash the agent and make local Ably fail. Default false. */
  readonly crashable?: boolean
}

const MAX_BODY = 16 * 1024

const smallBody = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new HttpError(413, 'too-large', `unable to read the body; it is larger than ${MAX_BODY} bytes`)
  },
})

/** The agent's HTTP side. Errors are JSON: `{ error: { code, message } }`. */
export function createApp(options: AppOptions): Hono {
  const { rest, agents, origins, hosts, health, ready, overloaded = () => false, logger, rate, tokenTtl, crashable } = options
  const { files, address } = options
  const app = new Hono()
  const token = tokenRoute(rest, tokenTtl)
  app.use(logRequests(logger))
  app.use(checkHost(hosts))
  for (const path of ['/api/*', '/files/*']) {
    app.use(path, cors({ origin: [...origins], allowMethods: ['GET', 'POST'], exposeHeaders: ['Retry-After'], maxAge: 600 }))
    // Of each path its own: a page full of images must not cost its reader the next token.
    app.use(path, rateLimit(rate))
  }
  app.use((context, next) => (context.req.path === '/files' ? uploadLimit : smallBody)(context, next))
  app.get('/healthz', (context) => context.json({ ok: !overloaded(), ...health() }, overloaded() ? 503 : 200))
  app.get('/readyz', (context) => {
    const able = ready() && !overloaded()
    return context.json({ ready: able }, able ? 200 : 503)
  })
  app.get('/api/archive', archiveRoute(agents))
  app.get('/api/ably-token', token)
  app.post('/api/ably-token', token)
  app.post('/api/responses', responsesRoute(agents, { clientOf: rate.clientOf ?? addressOf, reachable: ready }))
  if (files) addFiles(app, { store: files, origins, address })
  if (crashable) {
    app.post('/dev/crash', crashRoute())
    app.on(['POST', 'DELETE'], '/dev/faults', faultsRoute(rest))
  }
  app.all('/api/*', ({ req }) => {
    throw new HttpError(405, 'not-allowed', `unable to ${req.method} ${req.path}; see the agent’s README for its endpoints`)
  })
  app.notFound((context) => {
    const error = new HttpError(404, 'not-found', `unable to find ${context.req.path}; see the agent’s README for its endpoints`)
    return context.json(error.toJSON(), 404)
  })
  app.onError((error, context) => {
    if (error instanceof HttpError) return context.json(error.toJSON(), error.status)
    logger.error({ err: error }, 'request failed')
    const failure = new HttpError(500, 'internal', 'unable to answer the request; the agent failed: see its log')
    return context.json(failure.toJSON(), 500)
  })
  return app
}
