import type { Conversation, ConversationEvent, MessageRecord, NormaliseOptions } from '@streamfold/core'
import type { ArchivedMessage, ArchivePage } from '@streamfold/core/transport'
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

export type {
  ArchivedMessage,
  ArchivePage,
  ConversationIndex,
  ConversationList,
  ListedConversation,
  ListOptions,
  ResponseArchive,
  WithheldData,
  WithheldStore,
} from '@streamfold/core/transport'

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
