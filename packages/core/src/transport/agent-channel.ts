import type { Conversation } from '../fold/conversation.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import type { ResponseWriter } from '../protocol/response-writer.ts'

/** What `serveAgent` needs of a channel. `@streamfold/ably` makes one from a realtime channel. */
export interface AgentChannel {
  readonly name: string
  readonly writer: ResponseWriter
  /** The client id under which this agent writes. */
  readonly clientId: string
  /** The service's time, in milliseconds since the epoch, by which the silence of others is judged. Default: the agent's clock. */
  time?(): Promise<number>
  /** Messages that `conversation` reads where it is not asked to go further. Default 200. */
  readonly historyLimit?: number
  /**
   * Folds the channel's history.
   *
   * @param downTo serial of a message back to which it is read, if it is kept for so long, where that is further than usual
   */
  conversation(downTo?: string): Promise<Conversation>
  /**
   * What was made of one message, oldest first: its create, its updates and deletes; appends are not among them. An agent whose
   * connection does not echo learns from it who made a message that it has created, too. Default: the last version, from `conversation`.
   */
  versions?(serial: string): Promise<readonly ConversationEvent[]>
  /**
   * Delivers what arrives from now on; resolves with the way to stop once the channel is attached. What this agent writes itself need
   * not be among it.
   */
  subscribe(listener: (event: ConversationEvent) => void): Promise<() => void>
  /** Announces what the agent is working on; undefined leaves. */
  announce(work: Readonly<Record<string, unknown>> | undefined): Promise<void>
}
