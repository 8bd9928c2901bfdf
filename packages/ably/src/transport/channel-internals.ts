import { ConversationError } from '@streamfold/client'
import type { ChannelOptions, Connection, RealtimeChannel } from 'ably'

/** Members of ably 2.28's channel that its types leave out; read in this file only. */
interface Internals {
  readonly client?: {
    /** Its manager has what the service announced for the connection. */
    readonly connection: Connection & {
      readonly connectionManager?: { readonly connectionDetails?: { readonly maxInboundRate?: unknown } }
    }
    time(): Promise<number>
    readonly auth?: { readonly clientId?: string | null }
    /** The limit that the service announced replaces the configured one. */
    readonly options?: {
      readonly key?: string
      readonly maxMessageSize?: number
      readonly transportParams?: { readonly appendRollupWindow?: unknown }
    }
  }
  readonly channelOptions?: ChannelOptions
}

export function connectionOf(channel: RealtimeChannel): Connection {
  return clientOf(channel).connection
}

/** The service's time, in milliseconds since the epoch. Rejects if it cannot be reached. */
export async function timeOf(channel: RealtimeChannel): Promise<number> {
  return clientOf(channel).time()
}

/** The client's identity; undefined if it has none of its own (`*` may use any). */
export function clientIdOf(channel: RealtimeChannel): string | undefined {
  const clientId = internals(channel).client?.auth?.clientId
  return clientId && clientId !== '*' ? clientId : undefined
}

/** The client's API key; undefined for a client with tokens. */
export function keyOf(channel: RealtimeChannel): string | undefined {
  return internals(channel).client?.options?.key
}

export function maxMessageSizeOf(channel: RealtimeChannel): number {
  return internals(channel).client?.options?.maxMessageSize ?? 65_536
}

/** Messages per second that the service announced for the connection (P29); undefined before it has. */
export function maxRateOf(channel: RealtimeChannel): number | undefined {
  const rate = internals(channel).client?.connection.connectionManager?.connectionDetails?.maxInboundRate
  return typeof rate === 'number' && rate > 0 ? rate : undefined
}

/** The window in which the service merges this connection's appends, in milliseconds (P18): 40 unless the client chose another. */
export function rollupOf(channel: RealtimeChannel): number {
  const asked = Number(internals(channel).client?.options?.transportParams?.appendRollupWindow ?? 40)
  return asked >= 0 ? Math.min(asked, 500) : 40
}

export function channelOptionsOf(channel: RealtimeChannel): ChannelOptions {
  return internals(channel).channelOptions ?? {}
}

function clientOf(channel: RealtimeChannel): NonNullable<Internals['client']> {
  const { client } = internals(channel)
  if (!client)
    throw new ConversationError('no-channel', 'unable to use the channel; this is not a channel of an ably Realtime client')
  return client
}

function internals(channel: RealtimeChannel): Internals {
  return channel as unknown as Internals // The public type omits these fields of the class.
}
