import type { AgentChannel } from './agent-channel.ts'

/**
 * A realtime service as the request handler of an agent needs it (`createAgentHandler` of `@streamfold/agent`). `@streamfold/ably/agent` makes one from an Ably
 * key.
 */
export interface AgentService {
  /** The client id of the agents. */
  readonly clientId: string
  /** Makes a connection. It may wait until the first channel is opened. */
  connect(): AgentConnection
  /** Signs what a page needs to connect, as JSON: with Ably, a token request. It never holds the key. */
  sign(grant: TokenGrant): Promise<object>
}

/** A connection that carries the channels of many conversations. */
export interface AgentConnection {
  /** Whether channels can be reached now, as far as the connection knows. */
  readonly reachable: boolean
  /** Opens the channel of a conversation. Two openings of one channel at the same time share it. */
  open(channelName: string): OpenChannel
  /** Ends the connection. Resolves when the service has it no more, or is out of reach. */
  close(): Promise<void>
}

/** A channel that was opened for an agent. */
export interface OpenChannel {
  readonly channel: AgentChannel
  /** Leaves the channel. */
  release(): Promise<void>
}

/** What a token allows. */
export interface TokenGrant {
  /** The identity that the service stamps on all that the page publishes. */
  readonly clientId: string
  /** Operations by channel. */
  readonly capability: Readonly<Record<string, readonly string[]>>
  /** Milliseconds that the token is valid. */
  readonly ttl: number
}
