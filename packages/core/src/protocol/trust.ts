import type { Role } from './message.ts'
import type { Headers } from './message-types.ts'

/**
 * Which client ids are agents, decided from the client id that the service stamped (P5), never from a header. Default: `agent`,
 * `agent:…`, and the author of a message in the plain pattern (P50). Set a rule wherever users may publish.
 */
export type AgentRule = string | readonly string[] | ((clientId: string | undefined) => boolean)

/** The role of an author. Headers count only if there is no rule (P42). */
export function roleOf(
  clientId: string | undefined,
  name: unknown,
  headers: Headers | undefined,
  agent: AgentRule | undefined,
): Role {
  if (agent === undefined) {
    if (clientId === 'agent' || clientId?.startsWith('agent:')) return 'assistant'
    const claimed = headers?.['role']
    if (claimed === undefined && isPlain(headers)) return name === 'prompt' ? 'user' : 'assistant'
    return clientId === undefined && claimed === 'assistant' ? 'assistant' : 'user'
  }
  const is =
    typeof agent === 'function'
      ? agent(clientId)
      : clientId !== undefined && (agent === clientId || (Array.isArray(agent) && agent.includes(clientId)))
  return is ? 'assistant' : 'user'
}

/** Whether a client id is an agent's, whatever its messages say. */
export function isAgent(clientId: string | undefined, agent: AgentRule | undefined): boolean {
  return roleOf(clientId, undefined, ofUser, agent) === 'assistant'
}

const ofUser: Headers = { role: 'user' }

/** Whether headers fit the plain pattern. An author who replies to or continues a message knows the protocol, where the client id decides. */
function isPlain(headers: Headers | undefined): boolean {
  return headers === undefined || (headers['reply-to'] === undefined && headers['continues'] === undefined)
}
