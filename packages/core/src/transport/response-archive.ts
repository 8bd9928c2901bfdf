import type { Message } from '../protocol/message.ts'
import type { ConversationIndex } from './conversation-index.ts'

/** A message as it is kept: the shape in which Ably hands it out, so that `normalise` decides whose it is, here as there. */
export interface ArchivedMessage {
  readonly serial: string
  readonly action: 'message.update' | 'message.delete'
  readonly name: 'prompt' | 'response'
  readonly data: string
  readonly clientId: string | undefined
  /** Milliseconds since the epoch, by the service's clock. */
  readonly timestamp: number
  readonly version: { readonly serial: string; readonly timestamp: number }
  readonly extras: { readonly headers: Message['headers'] }
}

/** What an archive holds of one channel. */
export interface ArchivePage {
  /** Oldest first. */
  readonly messages: readonly ArchivedMessage[]
  /** From the oldest message up to this serial nothing is missing; what the channel has after it is newer. Undefined where nothing is. */
  readonly upTo: string | undefined
}

/** A place that keeps conversations for longer than the channel's history does. */
export interface ResponseArchive {
  /** Keeps messages; of two versions of one message the newer. `upTo` never goes back. */
  put(channel: string, page: ArchivePage): Promise<void>
  /** The newest `limit` messages. Default 1 000. */
  read(channel: string, limit?: number): Promise<ArchivePage>
  /**
   * Channels with a message of after `since`, in milliseconds since the epoch; the newest first. A process that starts looks there for what was changed while none
   * ran. Default: what was changed is seen when the conversation is next used.
   */
  channels?(since: number): Promise<readonly string[]>
  /**
   * Keeps what readers do not receive of responses (the agent's option `show`), for models. No page of `read` holds it, so a page can be given to
   * a browser. Default: the model gets what readers get.
   */
  readonly withheld?: WithheldStore
  /** The lists of conversations, which `put` fills. Default: there are none. */
  readonly conversations?: ConversationIndex
}

/** A place for what readers do not receive. */
export interface WithheldStore {
  /** Keeps the data of a response, in place of older data. When the archive is given the response as deleted, it removes the data too. */
  put(channel: string, withheld: WithheldData): Promise<void>
  /** What is kept of these responses. */
  read(channel: string, serials: readonly string[]): Promise<readonly WithheldData[]>
}

/** What readers do not receive of a response. */
export interface WithheldData {
  /** Serial of the response. */
  readonly serial: string
  /** The whole data of the response, in the format `parts/1`, with all that readers do not receive. */
  readonly data: string
  /** Names the data that readers received: the whole data is not used for a response that was changed since, as by a moderator. */
  readonly shown: string
}
