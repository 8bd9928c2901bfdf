import type { LocalAbly } from '@streamfold/local-ably'
import { createLocalAbly } from '@streamfold/local-ably'
import type { ClientOptions, RealtimeChannel } from 'ably'
import { Realtime } from 'ably'
import { agentProcess } from '../harness/agent-process.ts'
import type { Link } from '../harness/link.ts'
import { openLink } from '../harness/link.ts'
import type { Faults, Page, Stage } from '../layer.ts'

/** A page's client of Ably, and what else its layer needs. */
export interface AblyPlace {
  readonly client: Realtime
  readonly channelName: string
  /** Reaches a port of a server through the network of the device. */
  readonly through: (port: number) => Promise<number>
}

/**
 * A local Ably, an agent in a process of its own, and pages with clients of their own, each behind its own network. All devices are of one
 * user: a device is found by its connection.
 */
export async function ablyStage(
  agentFile: URL,
  openPage: (place: AblyPlace) => Promise<Page>,
  redact: (channel: RealtimeChannel, replacement: string) => Promise<unknown>,
  /** The port of the agent, if pages call it. */
  agentPort?: number,
): Promise<Stage> {
  const server = await createLocalAbly({ maxIdleInterval: 5_000 })
  const channelName = 'ai:conformance'
  const agentLink = openLink()
  const agent = await agentProcess(agentFile, { port: agentPort, channelName, client: await optionsThrough(server, agentLink) })
  // A server with a key, and with no client id.
  const moderator = new Realtime({ ...server.clientOptions<ClientOptions>(), logLevel: 0 })
  const connections = new Map<string, Realtime>()

  const faults: Faults = {
    forget: (device) => {
      const connectionId = connections.get(device)?.connection.id
      // A client that has lost its network still has the id of the connection that it will try to resume.
      server.faults.expireContinuity(connectionId === undefined ? {} : { connectionId })
      server.faults.expireContinuity({ channel: channelName })
    },
    lose: (device) => void server.faults.loseAppend(selectorOf(device)),
    refuse: () => void server.faults.rejectAppend({ clientId: 'agent' }),
    duplicate: (device) => void server.faults.duplicate(selectorOf(device)),
    redact: (replacement) => redact(moderator.channels.get(channelName), replacement),
  }

  function selectorOf(device: string): { connectionId: string } {
    const connectionId = connections.get(device)?.connection.id
    if (connectionId === undefined) throw new Error(`unable to inject; the ${device} is not connected`)
    return { connectionId }
  }

  return {
    agent,
    agentLink,
    faults,
    async open(device, link) {
      const client = new Realtime({ ...(await optionsThrough(server, link)), clientId: 'ann' })
      connections.set(device, client)
      const page = await openPage({ client, channelName, through: (port) => link.port(port) })
      return {
        ...page,
        async close() {
          await page.close()
          client.close()
        },
      }
    },
    async close() {
      moderator.close()
      await agent.close()
      await agentLink.close()
      await server.close()
    },
  }
}

async function optionsThrough(server: LocalAbly, link: Link): Promise<ClientOptions> {
  return {
    ...server.clientOptions<ClientOptions>(),
    endpoint: '127.0.0.1',
    port: await link.port(server.port),
    logLevel: 0,
    // A person would not wait fifteen seconds beside a working network.
    disconnectedRetryTimeout: 500,
    suspendedRetryTimeout: 1_000,
  }
}
