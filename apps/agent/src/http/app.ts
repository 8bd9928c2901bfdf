import type { Rest } from 'ably'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Agents } from '../agents.ts'
import { HttpError } from './http-error.ts'
import { responsesRoute } from './responses-route.ts'
import { tokenRoute } from './token-route.ts'

export interface AppOptions {
  readonly rest: Rest
  readonly agents: Agents
  /** Origins whose pages may read the answers. */
  readonly origins: readonly string[]
  /** What `/healthz` tells besides `ok`. */
  readonly health: () => Readonly<Record<string, unknown>>
  /** Told of errors that are ours. */
  readonly onError: (error: unknown) => void
}

const MAX_BODY = 16 * 1024

/** The agent's HTTP side. Errors are JSON: `{ error: { code, message } }`. */
export function createApp({ rest, agents, origins, health, onError }: AppOptions): Hono {
  const app = new Hono()
  const token = tokenRoute(rest)
  app.use('/api/*', cors({ origin: [...origins], allowMethods: ['GET', 'POST'], maxAge: 600 }))
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new HttpError(413, 'too-large', `unable to read the body; it is larger than ${MAX_BODY} bytes`)
      },
    }),
  )
  app.get('/healthz', (context) => context.json({ ok: true, ...health() }))
  app.get('/api/ably-token', token)
  app.post('/api/ably-token', token)
  app.post('/api/responses', responsesRoute(agents))
  app.all('/api/*', ({ req }) => {
    throw new HttpError(405, 'not-allowed', `unable to ${req.method} ${req.path}; see the agent’s README for its endpoints`)
  })
  app.notFound((context) => {
    const error = new HttpError(404, 'not-found', `unable to find ${context.req.path}; see the agent’s README for its endpoints`)
    return context.json(error.toJSON(), 404)
  })
  app.onError((error, context) => {
    if (error instanceof HttpError) return context.json(error.toJSON(), error.status)
    onError(error)
    const failure = new HttpError(500, 'internal', 'unable to answer the request; the agent failed: see its log')
    return context.json(failure.toJSON(), 500)
  })
  return app
}
