import type { ClientOptions, RealtimeChannel } from 'ably'
import { Realtime, Rest } from 'ably'
import type { AgentConnection, AgentService } from '@streamfold/core/transport'
import type { AgentChannelOptions } from '../agent-channel/agent-channel.ts'
import { createAgentChannel } from '../agent-channel/agent-channel.ts'

export interface AblyServiceOptions
  extends Pick<AgentChannelOptions, 'agent' | 'permissions' | 'codec' | 'history'>, Omit<ClientOptions, 'clientId'> {
  /** The API key. It signs tokens too, so it needs the operations that users are given. */
  readonly key: string
  /** The client id of the agents. Default `agent`. */
  readonly clientId?: string
  /** A client that connections share; it is not closed with them. Default: each connection makes its own, with these options. */
  readonly realtime?: Realtime
}

/**
 * Ably for `createAgentHandler` of `@streamfold/agent`. The clients are made so that tokens cost as little as they can: without echo, and without the
 * service's rollup, because the agent batches by itself.
 */
export function ablyService(options: AblyServiceOptions): AgentService {
  const { clientId = 'agent', realtime: given, agent, permissions, codec, history, ...client } = options
  const channelOptions = {
    clientId,
    permissions,
    codec,
    ...(agent !== undefined && { agent }),
    ...(history !== undefined && { history }),
  }
  let rest: Rest | undefined
  return {
    clientId,
    connect(): AgentConnection {
      const realtime =
        given ??
        new Realtime({
          echoMessages: false,
          ...client,
          clientId,
          transportParams: { appendRollupWindow: 0, ...client.transportParams },
        })
      return {
        get reachable() {
          return realtime.connection.state === 'connected'
        },
        open(name) {
          // Rewind delivers a cancel that was published before the agent attached.
          const channel: RealtimeChannel = realtime.channels.get(name, { params: { rewind: '1m' } })
          return {
            channel: createAgentChannel(channel, channelOptions),
            async release() {
              // Detaching a channel that has failed throws, and one that was never attached would ask the service.
              if (channel.state !== 'failed' && channel.state !== 'initialized') await channel.detach()
              realtime.channels.release(name)
            },
          }
        },
        close: () => (given ? Promise.resolve() : closed(realtime)),
      }
    },
    async sign({ clientId: user, capability, ttl }) {
      // Signs without a request to the service.
      rest ??= new Rest(client)
      return rest.auth.createTokenRequest({ clientId: user, capability: JSON.stringify(capability), ttl })
    },
  }
}

/** A process that ends at once would lose the frame that closes the connection, and presence would keep the agent for a while. */
function closed({ connection }: Realtime): Promise<void> {
  return new Promise((resolve) => {
    if (connection.state === 'closed' || connection.state === 'failed') return resolve()
    connection.once('closed', () => resolve())
    connection.once('failed', () => resolve())
    connection.close()
  })
}
