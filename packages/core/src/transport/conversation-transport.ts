import type { Outbound } from '../protocol/codec.ts'
import type { ChannelChanged, ConnectionChanged } from '../protocol/event.ts'

/**
 * The port through which a conversation is read and prompts are published. `@streamfold/ably` implements it for a channel of Ably, the
 * testkit for its simulated channel; `@streamfold/client` uses nothing else. The facts `P1`, `P2` … are those of PROTOCOL.md.
 *
 * All who follow one channel use one transport object: a client keeps one conversation for each transport.
 */
export interface ConversationTransport {
  /** The name of the channel, as a product gave it. Error messages and `notifyAgent` use it. */
  readonly name: string
  /** What this transport supports. It does not change. */
  readonly capabilities: TransportCapabilities
  /** The identity under which it publishes, once it is known (P5). Undefined: there is none, or not yet. */
  readonly clientId: string | undefined
  /** Bytes that a message may have: name, client id, extras and data (P8). It may change when the transport connects. */
  readonly maxMessageSize: number
  /** The state of the channel now. `initialized` was never attached. */
  readonly channelState: ChannelState
  /** The state of the connection now. `initialized` has never connected. */
  readonly connectionState: ConnectionState

  /**
   * Reports the present state of connection and channel at once, in this order, and every later change. `attached` says in `resumed`
   * whether the stream continues without loss (P20, P21); the report of an attachment that began earlier says `resumed: false`, because
   * what it delivered before is unknown. An attachment that cannot deliver messages is reported as `failed`.
   *
   * @returns stops it
   */
  observe(listener: (change: ChannelChanged | ConnectionChanged) => void): () => void
  /**
   * Delivers each message in the order in which the channel delivers it, unread and unchanged: `normalise` reads it (P12 to P14). Does not
   * attach the channel. Never throws, also on a channel that has failed: it delivers after the next `attach`.
   *
   * @returns stops it
   */
  subscribe(listener: (message: unknown) => void): () => void
  /**
   * Attaches the channel; connects a transport that has never connected. Every subscriber of this transport receives all that the attachment
   * delivers. Without effect where the channel is attached.
   *
   * @throws when the channel cannot be attached. `observe` reports the reason, too.
   */
  attach(options?: AttachOptions): Promise<void>
  /** Detaches the channel for all its subscribers. @throws when it cannot be detached: its state stays. */
  detach(): Promise<void>
  /** Connects again where the connection was closed, failed, or waits for its next attempt. `observe` reports the outcome. */
  connect(): void

  /**
   * Publishes one message. The service stores messages of one `id` once (P6).
   *
   * @returns its serial (P1); undefined where the service did not return one
   * @throws what the service refused with; the message of the error reads as "reason: what to do" or as a reason
   */
  publish(message: Outbound): Promise<string | undefined>
  /**
   * Publishes several messages in one operation: the service stores all of them, or none. Absent where that is not possible; a prompt that a codec
   * writes as several messages is then refused.
   *
   * @param messages with ids `base:0`, `base:1` and so on, or without ids
   * @returns their serials, in the same order
   * @throws as `publish`
   */
  publishAll?(messages: readonly Outbound[]): Promise<readonly string[]>
  /**
   * Replaces a message that this client published (P2), by its full new version (P11).
   *
   * @returns the serial of the version; undefined where the service did not return one
   * @throws as `publish`; also where the message is another client's, unless the token allows that
   */
  update(serial: string, message: Outbound): Promise<string | undefined>
  /** Deletes a message that this client published (P7). @returns and @throws as `update` */
  delete(serial: string): Promise<string | undefined>
  /**
   * A page of history, newest message first, each message in its latest version (P22).
   *
   * @throws when it cannot be read
   */
  history(options: HistoryOptions): Promise<HistoryPage>
  /** The latest version of one message (P22), as `normalise` reads it. @throws when it is not known or cannot be read. */
  fetchMessage(serial: string): Promise<unknown>
  /** The create, the updates and the deletes of one message, oldest first, without its appends. @throws as `fetchMessage` */
  fetchVersions(serial: string): Promise<readonly unknown[]>
  /** Client ids of the members who are present, each once or more often. Does not attach. @throws when they cannot be read. */
  members(): Promise<readonly string[]>
  /** Calls `listener` when the members may have changed. Does not attach and never throws, like `subscribe`. @returns stops it */
  onMembersChanged(listener: () => void): () => void
  /** The service's time, in milliseconds since the epoch. @throws when the service is out of reach. */
  time(): Promise<number>
}

/** What a transport supports: `true`, or the reason why it does not. An unsupported call rejects with that reason. */
export interface TransportCapabilities {
  /** `publish` */
  readonly publish: Capability
  /** `update` */
  readonly update: Capability
  /** `delete` */
  readonly delete: Capability
  /** `history` */
  readonly history: Capability
  /** `fetchMessage` */
  readonly fetchMessage: Capability
  /** `fetchVersions` */
  readonly fetchVersions: Capability
  /** `members`, `onMembersChanged` */
  readonly presence: Capability
  /** `time` */
  readonly time: Capability
}

/** A reason reads on after "…; " in an error: `a recorded log cannot be written to`. */
export type Capability = true | string

export type ChannelState = 'initialized' | 'attaching' | 'attached' | 'detaching' | 'detached' | 'suspended' | 'failed'

export type ConnectionState =
  | 'initialized'
  | 'connecting'
  | 'connected'
  | 'disconnected'
  | 'suspended'
  | 'closing'
  | 'closed'
  | 'failed'

export interface AttachOptions {
  /**
   * How far the attachment reaches back, where it is a new one: a time (`2m`) or a number of messages (`50`), at most 100 messages (P25).
   * `false`: not at all. Default `false`.
   */
  readonly rewind?: string | false
}

export interface HistoryOptions {
  /** Messages on a page, from 1 to 1000. */
  readonly limit: number
  /** Whether the pages end where the present attachment began, so that it continues them (P23). Default false: at the present. */
  readonly untilAttach?: boolean
}

/** A page of history. */
export interface HistoryPage {
  /** Newest first. */
  readonly items: readonly TransportMessage[]
  /** Whether there are older messages. */
  hasNext(): boolean
  /** The next page: the messages just before this page's; null where there are none. @throws when it cannot be read. */
  next(): Promise<HistoryPage | null>
}

/** The part of an unread message that a reader of history looks at. */
export interface TransportMessage {
  /** See P1. */
  readonly serial?: string | undefined
}
