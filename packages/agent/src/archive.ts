import type { Conversation, ConversationEvent, Message, NormaliseOptions } from '@streamfold/core'
import { emptyConversation, normalise, reduce, toJSON } from '@streamfold/core'

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
  /** Everything up to this serial is in the archive; what the channel has after it is newer. Undefined where nothing is. */
  readonly upTo: string | undefined
}

/** A place that keeps conversations for longer than the channel's history does. */
export interface ResponseArchive {
  /** Keeps messages; of two versions of one message the newer. `upTo` never goes back. */
  put(channel: string, page: ArchivePage): Promise<void>
  /** The newest `limit` messages. Default 1 000. */
  read(channel: string, limit?: number): Promise<ArchivePage>
}

/**
 * What of a conversation can be put into an archive: all that has ended, deleted messages without their text. `upTo` is the
 * last serial before the first that has not.
 */
export function archivable(conversation: Conversation): ArchivePage {
  const all = toJSON(conversation).messages
  const first = all.findIndex((message) => !hasEnded(message))
  return {
    messages: all.filter(hasEnded).map(toArchived),
    upTo: (first < 0 ? all : all.slice(0, first)).at(-1)?.id,
  }
}

/** The conversation that an archive holds: `initial` of `openConversation`. @param agent see `NormaliseOptions.agent` */
export function fromArchive({ messages }: ArchivePage, agent?: NormaliseOptions['agent']): Conversation {
  return fold(emptyConversation(), messages, agent, 'cache')
}

/** A page of a channel's history, as the `ably` client gives it: newest first. */
export interface HistoryPage {
  readonly items: readonly { readonly serial?: string | undefined }[]
  next(): Promise<HistoryPage | null>
}

/**
 * Brings an archived conversation up to the channel: reads its history, newest first, back to what the archive holds and no
 * further. Open the conversation with the result as `initial`, `history: 1` and its rewind left on, which covers what is
 * published in between: no gap, and, since versions are folded by their serials, nothing twice.
 *
 * @param read the newest page: `() => channel.history({ limit: 100 })`
 */
export async function catchUp(
  page: ArchivePage,
  read: () => Promise<HistoryPage>,
  agent?: NormaliseOptions['agent'],
): Promise<Conversation> {
  const { upTo } = page
  let conversation = fromArchive(page, agent)
  for (let newer: HistoryPage | null = await read(); newer; newer = await newer.next()) {
    conversation = fold(conversation, newer.items, agent, 'history')
    const oldest = newer.items.at(-1)?.serial
    if (oldest !== undefined && upTo !== undefined && oldest <= upTo) break
  }
  return conversation
}

function fold(
  conversation: Conversation,
  messages: readonly unknown[],
  agent: NormaliseOptions['agent'],
  source: 'cache' | 'history',
): Conversation {
  return messages
    .map((message): ConversationEvent => normalise(message, { source, ...(agent !== undefined && { agent }) }))
    .reduce(reduce, conversation)
}

function hasEnded({ status, continuity }: Message): boolean {
  return (
    continuity === 'contiguous' &&
    (status === 'complete' || status === 'cancelled' || status === 'failed' || status === 'deleted')
  )
}

function toArchived({ id, role, text, status, clientId, createdAt, updatedAt, version, headers }: Message): ArchivedMessage {
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
