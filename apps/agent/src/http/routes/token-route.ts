import { randomUUID } from 'node:crypto'
import type { Rest, TokenRequest } from 'ably'
import type { Context } from 'hono'
import * as v from 'valibot'
import { clientId } from '../client-id.ts'
import { HttpError } from '../http-error.ts'
import { clientIdOf, isPersonal, personSecret } from '../person.ts'
import { readJson } from '../read-json.ts'
import { channelName } from './responses-route.ts'

/** The capabilities of a user: read, publish, be present, and change or delete own messages: prompts that wait. */
const USER_OPERATIONS = ['subscribe', 'publish', 'history', 'presence', 'message-update-own', 'message-delete-own']

/** A token for one conversation opens that one; without a channel it opens all. */
const channelSchema = v.optional(channelName)

const clientIdSchema = v.optional(clientId)

/**
 * `POST /api/ably-token` with JSON or form fields, `GET` with a query: both ways in which Ably's `authUrl` asks. @param ttl milliseconds; Ably's client
 * asks for the next token by itself
 */
export function tokenRoute(rest: Rest, ttl: number): (context: Context) => Promise<Response> {
  return async (context) => {
    const asked = context.req.method === 'GET' ? context.req.query() : await fieldsInBody(context)
    const user = v.safeParse(clientIdSchema, asked.clientId ?? undefined)
    if (!user.success) throw new HttpError(400, 'bad-client-id', `unable to issue a token; ${user.issues[0].message}`)
    const person = personOf(context, asked.secret ?? undefined)
    if (person === undefined ? isPersonal(user.output ?? '') : (user.output ?? person) !== person) throw notYours()
    const channel = v.safeParse(channelSchema, asked.channel ?? undefined)
    if (!channel.success) throw new HttpError(400, 'bad-channel', `unable to issue a token; ${channel.issues[0].message}`)
    const request: TokenRequest = await rest.auth.createTokenRequest({
      clientId: person ?? user.output ?? `user-${randomUUID().slice(0, 8)}`,
      capability: JSON.stringify({ [channel.output ?? 'ai:*']: USER_OPERATIONS }),
      ttl,
    })
    context.header('Cache-Control', 'no-store')
    return context.json(request)
  }
}

interface Asked {
  readonly clientId?: unknown
  readonly secret?: unknown
  readonly channel?: unknown
}

async function fieldsInBody(context: Context): Promise<Asked> {
  const type = context.req.header('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(await context.req.text()))
  const fields = { clientId: v.optional(v.unknown()), secret: v.optional(v.unknown()), channel: v.optional(v.unknown()) }
  return readJson(context, v.object(fields), {})
}

/** The client id of the person whose secret was sent; undefined without one. */
function personOf({ req }: Context, sent: unknown): string | undefined {
  if (sent === undefined) return undefined
  if (req.method === 'GET')
    throw new HttpError(
      400,
      'bad-secret',
      'unable to issue a token; an address ends up in logs: send the secret in the body of a POST',
    )
  const secret = v.safeParse(personSecret, sent)
  if (!secret.success) throw new HttpError(400, 'bad-secret', `unable to issue a token; ${secret.issues[0].message}`)
  return clientIdOf(secret.output)
}

function notYours(): HttpError {
  const todo = 'send the secret that it is made of, or leave clientId out'
  return new HttpError(403, 'not-yours', `unable to issue a token; the client id belongs to a person of the apps: ${todo}`)
}
