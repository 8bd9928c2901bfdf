import type { ChannelControl } from './channel-lifecycle.ts'
import type { SimulatedRealtimeChannel } from './simulated-channel.ts'
import { createChannel } from './simulated-channel.ts'
import type { SimulatedConnection } from './simulated-connection.ts'
import { createConnection } from './simulated-connection.ts'
import type { SimulatedService } from './simulated-service.ts'
import { createSimulatedService } from './simulated-service.ts'

/** A client with the members of ably's `Realtime` that Streamfold and its bindings use. */
export interface SimulatedClient {
  readonly connection: SimulatedConnection
  readonly auth: { readonly clientId: string | undefined }
  readonly options: { readonly maxMessageSize: number }
  readonly channels: {
    readonly all: Readonly<Record<string, SimulatedRealtimeChannel>>
    get(name: string): SimulatedRealtimeChannel
  }
  connect(): void
  close(): void
}

export interface SimulatedClientOptions {
  readonly clientId?: string
  /** Default true. */
  readonly autoConnect?: boolean
  /** In bytes. Default 65 536. */
  readonly maxMessageSize?: number
}

/** A service without I/O, and its clients; time passes only through `service.clock`. */
export interface SimulatedAbly {
  readonly service: SimulatedService
  client(options?: SimulatedClientOptions): SimulatedClient
  /** Controls one client's channel. */
  control(client: SimulatedClient, channelName: string): ChannelControl
  /** Reconnects a client: in time (`resumed`, the default), or too late, so that missed messages are only in history. */
  reconnect(client: SimulatedClient, options?: { readonly resumed?: boolean }): void
}

type Channel = ReturnType<typeof createChannel>

export function simulateAbly(service: SimulatedService = createSimulatedService()): SimulatedAbly {
  const controls = new WeakMap<SimulatedClient, Map<string, Channel>>()
  const resumes = new WeakMap<SimulatedClient, boolean>()

  function channelOf(client: SimulatedClient, name: string): Channel {
    const channels = controls.get(client) ?? new Map<string, Channel>()
    controls.set(client, channels)
    let channel = channels.get(name)
    if (!channel) channels.set(name, (channel = createChannel(service, client, name)))
    return channel
  }

  return {
    service,
    control: (client, name) => channelOf(client, name).control,
    reconnect(client, { resumed = true } = {}) {
      resumes.set(client, resumed)
      client.connection.connect()
    },
    client({ clientId, autoConnect = true, maxMessageSize = 65_536 } = {}) {
      const all = () => [...(controls.get(client)?.values() ?? [])]
      const connection = createConnection(service.clock, (first) => {
        for (const { control } of all()) control.reconnected(!first && resumes.get(client) !== false)
      })
      const client: SimulatedClient = {
        connection,
        auth: { clientId },
        options: { maxMessageSize },
        channels: {
          get all() {
            return Object.fromEntries([...(controls.get(client) ?? [])].map(([name, { channel }]) => [name, channel]))
          },
          get: (name) => channelOf(client, name).channel,
        },
        connect: () => connection.connect(),
        close() {
          for (const { channel } of all()) if (channel.state === 'attached') void channel.detach()
          connection.close()
        },
      }
      if (autoConnect) connection.connect()
      return client
    },
  }
}
