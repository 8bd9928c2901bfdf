import type { Conversation } from '../fold/conversation.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import type { Fields } from '../protocol/fields.ts'
import type { Permissions } from '../protocol/permissions.ts'
import type { ResponseWriter } from '../protocol/response-writer.ts'

/** The channel as `serveAgent` needs it. `@streamfold/ably` makes one from a realtime channel. */
export interface AgentChannel {
  readonly name: string
  readonly writer: ResponseWriter
  /** The client id of this agent. */
  readonly clientId: string
  /** The service's time, in milliseconds since the epoch, for measuring how long others have been idle. Default: the agent's clock. */
  time?(): Promise<number>
  /** How many messages `conversation` reads unless `downTo` is older. Default 200. */
  readonly historyLimit?: number
  /** Who may answer, cancel, steer and edit; the messages were read with the same ones. Default: the author of the prompt, and the agents. */
  readonly permissions?: Permissions | undefined
  /** Whether a response may have the status `waiting`. Default true; a codec's format may have no word for it. */
  readonly canWait?: boolean
  /**
   * Folds the channel's history.
   *
   * @param downTo serial of a message: history is read back to it if it is older than the limit and still kept
   */
  conversation(downTo?: string): Promise<Conversation>
  /**
   * The versions of one message, oldest first: its create, updates and deletes, without appends. An agent without echo learns from them who
   * created a message. Default: the last version, from `conversation`.
   */
  versions?(serial: string): Promise<readonly ConversationEvent[]>
  /** What a codec has said of a message that this agent published lately, beside its contents; undefined for any other. Default: nothing. */
  written?(serial: string): Pick<Fields, 'replyTo' | 'parent' | 'placement'> | undefined
  /**
   * Delivers new events. Resolves once the channel is attached. The agent's own messages need not be among the events.
   * @returns unsubscribes
   */
  subscribe(listener: (event: ConversationEvent) => void): Promise<() => void>
  /** Sets the agent's presence data: what it is working on; undefined leaves presence. */
  announce(work: Readonly<Record<string, unknown>> | undefined): Promise<void>
}
