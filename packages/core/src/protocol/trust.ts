import type { Headers, Role } from './message.ts'

/**
 * Who is an agent, decided from the client id that the service stamped, never from a header. Default: `agent` and
 * `agent:…` are, and so is the author of a message in the plain pattern (no headers of the protocol). Set it wherever users may publish.
 */
export type AgentRule = string | readonly string[] | ((clientId: string | undefined) => boolean)

/** The role of an author. Headers count only where no rule is given. */
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

/** The author of a message that replies to or continues another knows our format, in which an agent is one by its client id. */
function isPlain(headers: Headers | undefined): boolean {
  return headers === undefined || (headers['reply-to'] === undefined && headers['continues'] === undefined)
}
