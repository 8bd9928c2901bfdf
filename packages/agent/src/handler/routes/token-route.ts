import type { AgentService } from '@streamfold/core/transport'
import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import { readFields } from '../http/read-body.ts'
import type { Call, Route } from './route.ts'
import { openable, operationsOn } from '../user.ts'
import type { User } from '../user.ts'

const UNABLE = 'unable to issue a token'

/**
 * `POST /ably-token` with JSON or form fields, `GET` with a query: both ways in which Ably's `authUrl` asks. The field `channel` names the one conversation
 * that the token opens.
 *
 * @param ttl milliseconds; the page's client asks for the next token by itself
 */
export function tokenRoute(service: AgentService, ttl: number): Route {
  return {
    path: '/ably-token',
    methods: ['GET', 'POST'],
    async handle(call) {
      const { user } = call
      checkIdentity(user.clientId, service.clientId)
      const asked = fieldOf(call, 'channel') ?? onlyConversation(user)
      const channelName = asked === undefined ? undefined : await openable(asked, user, 'bad-channel', UNABLE)
      if (channelName === undefined && !user.capability)
        throw new HttpError(400, 'bad-channel', `${UNABLE}; no conversation is named: send the field channel`)
      const capability = (channelName === undefined ? user.capability : { [channelName]: operationsOn(channelName, user) })!
      if (channelName !== undefined && capability[channelName]?.length === 0)
        throw new HttpError(
          403,
          'not-yours',
          `${UNABLE}; the user’s capability has nothing for it: open a conversation that it has`,
        )
      return json(await service.sign({ clientId: user.clientId, capability, ttl }))
    },
  }
}

function fieldOf({ request, url, body }: Call, name: string): unknown {
  if (request.method === 'GET') return url.searchParams.get(name) ?? undefined
  if (body === '') return undefined
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  const fields = isForm ? Object.fromEntries(new URLSearchParams(body)) : readFields(request, body)
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined
}

function onlyConversation({ conversations, capability }: User): string | undefined {
  return !capability && Array.isArray(conversations) && conversations.length === 1 ? conversations[0] : undefined
}

/** A user with the agent's identity could answer in its place, and one with `*` could be anybody. @throws Error where `authorize` is wrong */
function checkIdentity(clientId: unknown, agent: string): void {
  const isAgents = clientId === agent || clientId === 'agent' || String(clientId).startsWith('agent:')
  if (typeof clientId !== 'string' || clientId === '' || clientId === '*' || isAgents)
    throw new Error(
      `${UNABLE}; authorize returned the client id ${JSON.stringify(clientId)}: return the user’s own, and not the agent’s`,
    )
}
