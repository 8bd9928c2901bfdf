import { ablyService } from '@streamfold/ably/agent'
import type { AgentService } from '@streamfold/core/transport'
import type { ClientOptions } from 'ably'
import { Realtime, Rest } from 'ably'
import type { AblyChoice, AblyHost } from '../environment.ts'

/** The client id of the agent. Users get no token for it, nor for an id that begins with it. */
export const AGENT_CLIENT_ID = 'agent'

export interface AblyClients {
  /** One connection for all channels. */
  readonly realtime: Realtime
  /** For requests to the service itself. */
  readonly rest: Rest
  /** What the agent's handler needs, on that connection. */
  readonly service: AgentService
}

export function createAblyClients(choice: AblyChoice): AblyClients {
  const options: ClientOptions & { readonly key: string } =
    choice.kind === 'service'
      ? { key: choice.key, ...hostOptions(choice.host) }
      : {
          key: choice.key,
          endpoint: 'localhost',
          port: choice.port,
          tls: false,
          // Local Ably may start after the agent, and restarts during development.
          disconnectedRetryTimeout: 1_000,
          suspendedRetryTimeout: 2_000,
        }
  const own: ClientOptions = {
    clientId: AGENT_CLIENT_ID,
    // An echo of each token would more than double its cost.
    echoMessages: false,
    // The agent batches by itself; the service's rollup would delay every token again.
    transportParams: { appendRollupWindow: 0 },
  }
  const realtime = new Realtime({ ...options, ...own })
  const service = ablyService({ ...options, clientId: AGENT_CLIENT_ID, agent: AGENT_CLIENT_ID, realtime })
  return { realtime, rest: new Rest(options), service }
}

function hostOptions(host: AblyHost | undefined): ClientOptions {
  if (!host) return {}
  const { endpoint, port, tls } = host
  return { endpoint, tls, ...(port !== undefined && (tls ? { tlsPort: port } : { port })) }
}
