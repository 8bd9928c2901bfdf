import type { Conversation, ConversationEvent, Message, MessageRecord, NormaliseOptions } from '@streamfold/core'
import {
  emptyConversation,
  hasEnded,
  normalise,
  reduce,
  selectMessage,
  selectMessages,
  selectPath,
  toJSON,
} from '@streamfold/core'
import { checkArchivePage } from '../serve/check-arguments.ts'
import type { WithheldData } from './withheld.ts'

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
   * Keeps what readers do not receive of responses (the agent's option `show`), for models. No page of `read` holds it, so a page can be given to
   * a browser. Default: the model gets what readers get.
   */
  readonly withheld?: WithheldStore
}

/** A place for what readers do not receive. */
export interface WithheldStore {
  /** Keeps the data of a response, in place of older data. When the archive is given the response as deleted, it removes the data too. */
  put(channel: string, withheld: WithheldData): Promise<void>
  /** What is kept of these responses. */
  read(channel: string, serials: readonly string[]): Promise<readonly WithheldData[]>
}

/**
 * What of a conversation can be put into an archive: all that has ended, and responses that wait for a person; deleted messages without their text. `upTo` is the
 * last serial before the first that has not.
 */
export function archivable(conversation: Conversation): ArchivePage {
  const all = toJSON(conversation).records
  const first = all.findIndex((record) => !isArchivable(record))
  return {
    messages: all.filter(isArchivable).map(toArchived),
    upTo: (first < 0 ? all : all.slice(0, first)).at(-1)?.id,
  }
}

/**
 * The conversation that an archive holds: `initial` of `openConversation`, with `since: page.upTo` beside it.
 *
 * @param agent see `NormaliseOptions.agent`
 */
export function fromArchive(page: ArchivePage, agent?: NormaliseOptions['agent']): Conversation {
  checkArchivePage(page)
  return page.messages
    .map((message): ConversationEvent => normalise(message, { source: 'cache', ...(agent !== undefined && { agent }) }))
    .reduce(reduce, emptyConversation())
}

/**
 * One branch of what an archive holds, to be given to `fromArchive`: the messages of a path, and the requests that its responses answer. Where nobody
 * has branched, the page itself.
 *
 * @param head id of a message: the branch goes through it. Default: the newest branch
 * @param agent see `NormaliseOptions.agent`
 */
export function archivedBranch(page: ArchivePage, head?: string, agent?: NormaliseOptions['agent']): ArchivePage {
  const state = fromArchive(page, agent)
  const path = selectPath(state, head)
  if (path === selectMessages(state)) return page
  const shown = new Set(path.map(({ id }) => id))
  const answered = new Set(path.map(({ replyTo }) => replyTo))
  const isOnBranch = ({ serial }: ArchivedMessage): boolean => {
    const message = selectMessage(state, serial)
    return message !== undefined && (shown.has(message.id) || answered.has(message.id))
  }
  return { messages: page.messages.filter(isOnBranch), upTo: page.upTo }
}

function isArchivable(record: MessageRecord): boolean {
  return record.continuity === 'contiguous' && (hasEnded(record) || record.status === 'waiting')
}

function toArchived({
  id,
  role,
  text,
  status,
  clientId,
  createdAt,
  updatedAt,
  version,
  headers,
}: MessageRecord): ArchivedMessage {
  return {
    serial: id,
    action: status === 'deleted' ? 'message.delete' : 'message.update',
    name: role === 'user' ? 'prompt' : 'response',
    data: text,
    clientId,
    timestamp: createdAt,
    version: { serial: version, timestamp: updatedAt },
    extras: { headers },
  }
}
