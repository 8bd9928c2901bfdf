import type { Conversation, ConversationContext, ConversationOptions } from '../fold/conversation.ts'
import { emptyConversation } from '../fold/conversation.ts'
import { conversationProblem } from '../fold/conversation-problem.ts'
import { settleGroups } from '../fold/fold-group.ts'
import type { MessageRecord } from '../fold/record.ts'
import { list, recordsOf } from '../fold/record-list.ts'
import { isBehind, isOpen } from '../fold/standing.ts'
import { readFrames } from '../protocol/frames.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import { isObject } from '../shared/json.ts'
import { upgradeJson } from './upgrade.ts'

/** A conversation as plain JSON, for server rendering and for a page's storage. */
export interface ConversationJson {
  readonly version: 2
  readonly options: ConversationOptions
  readonly records: readonly MessageRecord[]
  readonly pending: readonly MessageRecord[]
  readonly rest: Omit<ConversationContext, 'options' | 'pending' | 'open' | 'behind'>
}

/** Writes a conversation as plain JSON, for `fromJSON`. @throws TypeError when the value is not a conversation. */
export function toJSON<T extends MessageTypesOf<T> = MessageTypes>(conversation: Conversation<T>): ConversationJson {
  const problem = conversationProblem(conversation)
  if (problem !== undefined) throw new TypeError(`unable to write the conversation; it is not one: ${problem}`)
  const { records, context } = conversation as Conversation // The type parameter is a view only, as in reduce.
  const { options, pending, open: _open, behind: _behind, ...rest } = context
  return { version: 2, options, records: list(records).map(plain), pending: pending.map(plain), rest }
}

/** Reads a conversation from JSON. @throws TypeError when `value` was not written by `toJSON` of version 1 or 2. */
export function fromJSON<T extends MessageTypesOf<T> = MessageTypes>(value: unknown): Conversation<T> {
  if (typeof value === 'string') throw unreadable('it is a string', 'give JSON.parse(text)')
  if (isObject(value) && 'records' in value && 'context' in value)
    throw unreadable('it is a conversation already', 'use it as it is')
  const json = upgradeJson(value)
  if (!isObject(json) || json['version'] !== 2) throw unreadable('it was not written by toJSON of this version', 'write it again')
  const { records, pending, options, rest } = json
  if (!Array.isArray(records) || !Array.isArray(pending) || !isObject(options) || !isObject(rest))
    throw unreadable('a part of it is missing', 'write it again')
  return thaw(json as unknown as ConversationJson) as Conversation<T> // toJSON wrote it, as its version says. The type parameter is a view only.
}

/** A record that never had frames is written as it is, so that a conversation of thousands costs little. */
function plain(record: MessageRecord): MessageRecord {
  if (!record.frames) return record
  const { frames: _, ...rest } = record
  return rest
}

function framed(record: MessageRecord): MessageRecord {
  return { ...record, frames: record.format && readFrames(record.text) }
}

function thaw({ rest, options: saved, ...json }: ConversationJson): Conversation {
  const records = json.records.map(framed)
  const pending = json.pending.map(framed)
  // JSON has no Infinity, which a product uses for "never"; toJSON writes null.
  const options = Object.fromEntries(Object.entries(saved).map(([name, ms]) => [name, ms ?? Infinity] as const))
  const state: Conversation = {
    records: recordsOf(records),
    context: {
      ...emptyConversation(options).context,
      ...rest,
      pending,
      open: records.filter(isOpen).map(({ id }) => id),
      behind: records.filter(isBehind).map(({ id }) => id),
    },
  }
  return rest.grouped ? records.reduce((next, record) => settleGroups(next, record, next.records), state) : state
}

function unreadable(reason: string, remedy: string): TypeError {
  return new TypeError(`unable to read the conversation; ${reason}: ${remedy}`)
}
