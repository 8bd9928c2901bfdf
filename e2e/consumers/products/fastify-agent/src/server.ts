import { createAgentChannel } from '@streamfold/ably'
import type { Agent } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import type { Realtime } from 'ably'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'

interface NotifyAgent {
  readonly channel: string
  readonly promptSerial: string
}

/** A back end with one route: the author of a prompt asks for its answer. */
export function createServer(ably: Realtime): FastifyInstance {
  const server = Fastify()
  const agents = new Map<string, Agent>()

  function agentOf(name: string): Agent {
    const known = agents.get(name)
    if (known) return known
    const channel = createAgentChannel(ably.channels.get(name), { clientId: 'agent' })
    const agent = serveAgent({ channel, respond: ({ prompt }) => words(`You said: ${prompt.text}`) })
    agents.set(name, agent)
    return agent
  }

  server.post<{ Body: NotifyAgent }>('/api/responses', async ({ body }, reply) => {
    const answer = await agentOf(body.channel).answer(body.promptSerial)
    return reply.code(202).send(answer)
  })
  server.addHook('onClose', async () => {
    await Promise.all([...agents.values()].map((agent) => agent.close()))
  })
  return server
}

async function* words(text: string): AsyncIterable<string> {
  for (const word of text.split(/(?= )/)) yield word
}
