import { randomUUID } from 'node:crypto'
import type { User } from '@streamfold/agent'
import { HttpError, pageOperations } from '@streamfold/agent'
import * as v from 'valibot'
import { clientId } from './client-id.ts'
import { clientIdOf, isPersonal, personSecret } from './person.ts'
import { readJson } from './read-json.ts'

const clientIdSchema = v.optional(clientId)

/**
 * The apps have no accounts: a page may call itself what it likes, and open every conversation whose id it knows. A token is for the conversation
 * that is named, and for all where none is. Only the client id of a person needs the secret that it is made of.
 */
export async function authorize(request: Request): Promise<User> {
  const url = new URL(request.url)
  // The channel itself says whose a prompt is.
  if (!url.pathname.endsWith('/ably-token'))
    return { clientId: 'anyone', conversations: named('bad-request', 'unable to answer') }
  const asked = request.method === 'GET' ? Object.fromEntries(url.searchParams) : await fieldsInBody(request)
  const user = v.safeParse(clientIdSchema, asked.clientId ?? undefined)
  if (!user.success) throw new HttpError(400, 'bad-client-id', `unable to issue a token; ${user.issues[0].message}`)
  const person = personOf(request, asked.secret ?? undefined)
  if (person === undefined ? isPersonal(user.output ?? '') : (user.output ?? person) !== person) throw notYours()
  return {
    clientId: person ?? user.output ?? `user-${randomUUID().slice(0, 8)}`,
    conversations: named('bad-channel', 'unable to issue a token'),
    capability: { 'ai:*': pageOperations },
  }
}

/** Whether a channel is a conversation of the apps. Another one is a mistake of the page. */
function named(code: string, unable: string): (channelName: string) => boolean {
  const expected = 'expected ai:<conversation id>, the id being up to 128 letters, digits, dots, dashes or underscores'
  return (channelName) => {
    if (/^ai:[\w.-]{1,128}$/.test(channelName)) return true
    throw new HttpError(400, code, `${unable}; ${expected}`)
  }
}

interface Asked {
  readonly clientId?: unknown
  readonly secret?: unknown
}

async function fieldsInBody(request: Request): Promise<Asked> {
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(await request.text()))
  return readJson(request, v.object({ clientId: v.optional(v.unknown()), secret: v.optional(v.unknown()) }), {})
}

/** The client id of the person whose secret was sent; undefined without one. */
function personOf(request: Request, sent: unknown): string | undefined {
  if (sent === undefined) return undefined
  if (request.method === 'GET')
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
