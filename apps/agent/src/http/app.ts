import type { ConversationIndex, RequestHandler } from '@streamfold/agent'
import { HttpError } from '@streamfold/agent'
import type { Rest } from 'ably'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import { checkHost } from './check-host.ts'
import { conversationsRoute } from './routes/conversations-route.ts'
import { crashRoute } from './routes/crash-route.ts'
import { faultsRoute } from './routes/faults-route.ts'
import type { FilesOptions } from './routes/files-route.ts'
import { addFiles, uploadLimit } from './routes/files-route.ts'
import { logRequests } from './log-requests.ts'
import type { RateLimitOptions } from './rate-limit.ts'
import { addressOf } from './client-address.ts'
import { rateLimit } from './rate-limit.ts'

export interface AppOptions {
  readonly rest: Rest
  /** The agent: trigger, tokens and archive. */
  readonly handler: RequestHandler
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
  /** The lists of people's conversations; the default is that there are none. */
  readonly conversations?: Pick<ConversationIndex, 'list'> | undefined
  /** Keeps the files of prompts; the default is that there is no place for them. */
  readonly files?: FilesOptions['store'] | undefined
  /** The address under which readers reach the agent, for what they get from it. Default: the one that a request was sent to. */
  readonly address?: string | undefined
  readonly logger: Logger
  /** The rate limit of each client. */
  readonly rate: RateLimitOptions
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

/** What is around the agent's handler: checks, the log, health, files and what the apps' development needs. Errors are JSON: `{ error: { code, message } }`. */
export function createApp(options: AppOptions): Hono {
  const { rest, handler, origins, hosts, health, ready, overloaded = () => false, logger, rate, crashable } = options
  const { files, conversations, address } = options
  const app = new Hono()
  const clientOf = rate.clientOf ?? addressOf
  const answer = (context: Context) => handler(context.req.raw, { client: clientOf(context) })
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
  if (conversations) app.post('/api/conversations', conversationsRoute(conversations))
  // By name, so that the log can name them.
  for (const path of ['/api/responses', '/api/ably-token', '/api/archive', '/api/*']) app.all(path, answer)
  if (files) addFiles(app, { store: files, origins, address })
  if (crashable) {
    app.post('/dev/crash', crashRoute())
    app.on(['POST', 'DELETE'], '/dev/faults', faultsRoute(rest))
  }
  app.notFound((context) => {
    const error = new HttpError(404, 'not-found', `unable to find ${context.req.path}; see the agent’s README for its endpoints`)
    return context.json(error.toJSON(), 404)
  })
  app.onError((error, context) => {
    if (error instanceof HttpError) return context.json(error.toJSON(), error.status as ContentfulStatusCode) // All have a body.
    logger.error({ err: error }, 'request failed')
    const failure = new HttpError(500, 'internal', 'unable to answer the request; the agent failed: see its log')
    return context.json(failure.toJSON(), 500)
  })
  return app
}
