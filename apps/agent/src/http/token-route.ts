import { randomUUID } from 'node:crypto'
import type { Rest, TokenRequest } from 'ably'
import type { Context } from 'hono'
import * as v from 'valibot'
import { AGENT_CLIENT_ID } from '../ably-clients.ts'
import { HttpError } from './http-error.ts'
import { readJson } from './read-json.ts'

/** What a user may do: read and write conversations, not change what was written. */
const USER_CAPABILITY = JSON.stringify({ 'ai:*': ['subscribe', 'publish', 'presence', 'history'] })

/** Half an hour, in milliseconds; Ably's client asks for the next token by itself. */
const TTL = 30 * 60_000

const clientIdSchema = v.optional(
  v.pipe(
    v.string('clientId must be a string'),
    v.minLength(1, 'clientId is empty; leave it out to be given one'),
    v.maxLength(64, 'clientId is longer than 64 characters'),
    v.check((id) => id !== '*', 'clientId * would stand for everybody; choose a name'),
    v.check(
      (id) => !id.normalize('NFKC').trim().toLowerCase().startsWith(AGENT_CLIENT_ID),
      `clientId must not begin with "${AGENT_CLIENT_ID}"; that is the agent’s`,
    ),
    v.regex(/^[\p{L}\p{N}._@:-]+$/u, 'clientId may hold letters, digits and . _ @ : - only'),
  ),
)

/** `POST /api/ably-token` with JSON or form fields, `GET` with a query: both ways in which Ably's `authUrl` asks. */
export function tokenRoute(rest: Rest): (context: Context) => Promise<Response> {
  return async (context) => {
    const asked = context.req.method === 'GET' ? context.req.query('clientId') : await clientIdInBody(context)
    const clientId = v.safeParse(clientIdSchema, asked)
    if (!clientId.success) throw new HttpError(400, 'bad-client-id', `unable to issue a token; ${clientId.issues[0].message}`)
    const request: TokenRequest = await rest.auth.createTokenRequest({
      clientId: clientId.output ?? `user-${randomUUID().slice(0, 8)}`,
      capability: USER_CAPABILITY,
      ttl: TTL,
    })
    context.header('Cache-Control', 'no-store')
    return context.json(request)
  }
}

async function clientIdInBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded'))
    return new URLSearchParams(await context.req.text()).get('clientId') ?? undefined
  const body = await readJson(context, v.object({ clientId: v.optional(v.unknown()) }), {})
  return body.clientId ?? undefined
}
