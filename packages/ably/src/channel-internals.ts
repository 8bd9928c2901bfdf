import type { ChannelOptions, Connection, RealtimeChannel } from 'ably'

/** What ably 2.28's channel has and its types leave out; read here and nowhere else. */
interface Internals {
  readonly client?: {
    readonly connection: Connection
    readonly auth?: { readonly clientId?: string | null }
    /** The limit that the service announced replaces the one that was configured. */
    readonly options?: { readonly maxMessageSize?: number }
  }
  readonly channelOptions?: ChannelOptions
}

export function connectionOf(channel: RealtimeChannel): Connection {
  const { client } = internals(channel)
  if (!client) throw new TypeError('unable to open the conversation; this is not a channel of an ably Realtime client')
  return client.connection
}

/** The client's identity; undefined when it has none of its own (`*`: it may assume any). */
export function clientIdOf(channel: RealtimeChannel): string | undefined {
  const clientId = internals(channel).client?.auth?.clientId
  return clientId && clientId !== '*' ? clientId : undefined
}

export function maxMessageSizeOf(channel: RealtimeChannel): number {
  return internals(channel).client?.options?.maxMessageSize ?? 65_536
}

export function channelOptionsOf(channel: RealtimeChannel): ChannelOptions {
  return internals(channel).channelOptions ?? {}
}

function internals(channel: RealtimeChannel): Internals {
  return channel as unknown as Internals // The public type omits these fields of the class.
}
