import { emptyConversation } from '../fold/conversation.ts'
import { list } from '../fold/record-list.ts'
import { reduce } from '../fold/reduce.ts'
import { selectMessages } from '../messages/select-messages.ts'
import { normalise } from '../protocol/normalise.ts'
import { beginningOf } from '../shared/whole-characters.ts'
import type { ArchivedMessage } from './response-archive.ts'

/** What a list of conversations shows of one message. */
export interface IndexedMessage {
  readonly isPrompt: boolean
  readonly isDeleted: boolean
  /** The client id of the person who wrote a prompt; undefined if it is longer than 500 characters, which no index of a database must take. */
  readonly author: string | undefined
  /** The beginning of its text, in the form of a title; empty if it has no text. */
  readonly excerpt: string
  /** Whether a person has to answer before it goes on; no longer true once another message continues it. */
  readonly isWaiting: boolean
  /** Serial of the message that it continues. */
  readonly continues: string | undefined
}

/** In UTF-16 code units. */
const EXCERPT = 120

/** Reads what a list of conversations shows of a message, for the author of a `ConversationIndex`. */
export function indexedMessage(message: ArchivedMessage): IndexedMessage {
  const isPrompt = message.name === 'prompt'
  // Whose a message is was decided when it was put there.
  const event = normalise(message, { source: 'cache', agent: () => !isPrompt })
  const state = reduce(emptyConversation(), event)
  const [record] = list(state.records)
  return {
    isPrompt,
    isDeleted: message.action === 'message.delete',
    author: isPrompt ? indexable(message.clientId) : undefined,
    excerpt: titleOf(selectMessages(state)[0]?.text ?? ''),
    isWaiting: record?.status === 'waiting',
    continues: isPrompt ? undefined : indexable(record?.placement?.continues),
  }
}

/** What an author chose may be of any length. A row that an index refuses would keep all of its page out of the archive. */
function indexable(key: string | undefined): string | undefined {
  return key !== undefined && key !== '' && key.length <= 500 ? key : undefined
}

/** A text as a title: one line without control characters, cut between characters. */
export function titleOf(text: string): string {
  // What is cut off below need not be read; white space may be long.
  const line = text.slice(0, 100 * EXCERPT).replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
  return beginningOf(line.trim(), EXCERPT).trimEnd()
}
