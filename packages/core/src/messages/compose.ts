import type { Conversation, ConversationContext } from '../fold/conversation.ts'
import type { Group } from '../fold/groups.ts'
import {
  countingRecords,
  groupNamed,
  groupOf,
  isGivenOver,
  isMark,
  messageNamed,
  promptsNamed,
  standingRecord,
} from '../fold/groups.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Records } from '../fold/record-list.ts'
import { find, list, mergeById } from '../fold/record-list.ts'
import { isUnended } from '../fold/standing.ts'
import type { Answer } from '../protocol/answer.ts'
import { finishOf, reservedHeaders } from '../protocol/fields.ts'
import type { Message } from '../protocol/message.ts'
import type { Headers } from '../protocol/message-types.ts'
import { kept } from '../shared/kept.ts'
import { memo } from '../shared/memo.ts'
import type { AnswersOf } from './answered.ts'
import { answered, answersByTarget } from './answered.ts'
import { isEmpty, joinedMessage, messageOf } from './message.ts'

/** All messages in order; a group has the place of its first record. The same array for the same records and answers. */
export function composeMessages(state: Conversation): readonly Message[] {
  const { records, context } = state
  const all = context.grouped ? compose(records).messages : separate(records)
  return hasAnswers(context) ? withAnswers(state, all) : all
}

/** The message that a record is, or belongs to; undefined if the record is unknown. */
export function composeMessage(state: Conversation, serial: string): Message | undefined {
  const message = unanswered(state, serial)
  if (!message || !hasAnswers(state.context)) return message
  return withAnswersOf(state, message, answersByMessage(state).get(message.id))
}

/** The message without what people answered to its calls. */
function unanswered({ records, context }: Conversation, serial: string): Message | undefined {
  if (context.grouped) return compose(records).byRecord.get(serial)
  const record = find(records, serial)
  return record && messageOf(record)
}

function hasAnswers({ answers, pendingAnswers }: ConversationContext): boolean {
  return answers.length > 0 || pendingAnswers.length > 0
}

const answeredLists = kept<
  readonly Message[],
  { readonly context: Pick<ConversationContext, 'answers' | 'pendingAnswers'>; readonly all: readonly Message[] }
>()

/** Only messages with answers are looked at. */
function withAnswers(state: Conversation, messages: readonly Message[]): readonly Message[] {
  const { answers, pendingAnswers } = state.context
  const known = answeredLists.get(messages)
  if (known?.context.answers === answers && known.context.pendingAnswers === pendingAnswers) return known.all
  const changed: Message[] = []
  for (const [id, own] of answersByMessage(state)) {
    const message = unanswered(state, id)
    const next = message && withAnswersOf(state, message, own)
    if (next && next !== message) changed.push(next)
  }
  const all = changed.length > 0 ? mergeById(messages, changed) : messages
  answeredLists.set(messages, { context: { answers, pendingAnswers }, all })
  return all
}

function withAnswersOf({ records }: Conversation, message: Message, own: AnswersOf | undefined): Message {
  if (!own || message.role === 'user') return message
  const prompt = find(records, message.replyTo ?? '')
  return answered(message, own, prompt?.role === 'user' ? prompt : undefined)
}

/** Answers by the id of their message. Of a group they may name any record, because a reader may know only the later ones, or its key. */
function answersByMessage(state: Conversation): ReadonlyMap<string, AnswersOf> {
  const byTarget = answersByTarget(state.context)
  if (!state.context.grouped) return byTarget
  const all = new Map<string, AnswersOf>()
  for (const [target, own] of byTarget) {
    const id = unanswered(state, target)?.id ?? unanswered(state, groupNamed(state.records, target)[0]?.id ?? '')?.id ?? target
    const known = all.get(id)
    all.set(
      id,
      known ? { answers: bySerial([...known.answers, ...own.answers]), pending: [...known.pending, ...own.pending] } : own,
    )
  }
  return all
}

function bySerial(answers: readonly Answer[]): readonly Answer[] {
  return answers.toSorted((a, b) => (a.serial < b.serial ? -1 : 1))
}

/** Each record by itself. Tokens change the recent ones only. */
const separate = memo(({ base, recent }: Records): readonly Message[] =>
  recent.length === 0 ? allOf(base) : mergeById(allOf(base), recent.map(messageOf)),
)

const allOf = memo((base: readonly MessageRecord[]): readonly Message[] => base.map(messageOf))

const compose = memo((records: Records) => {
  const all = list(records)
  const messages: Message[] = []
  const byRecord = new Map<string, Message>()
  for (const record of all) {
    if (byRecord.has(record.id)) continue
    const group = groupOf(records, record)
    const message = group ? composeGroup(records, group) : messageOf(record)
    // Its prompt is in another response.
    if (!isGivenOver(record)) messages.push(message)
    for (const { id } of group ?? [record]) byRecord.set(id, message)
  }
  return { messages, byRecord }
})

interface Composed {
  readonly group: Group
  readonly message: Message
}

/** Composed messages by the group's last record, newest first: a reader may alternate between an older and a newer state of a group. */
const composed = kept<MessageRecord, readonly Composed[]>()
const KEPT = 4

/** The message of a group; the same object while its records and its prompt's serial are the same. */
function composeGroup(records: Records, group: Group): Message {
  const last = group.at(-1)! // A group is never empty.
  const named = messagesNamed(records, group)
  const known = composed.get(last) ?? []
  // Both lists end with the same record, so neither is a prefix of the other.
  const same = known.find(
    ({ message, group: before }) =>
      message.replyTo === named.replyTo &&
      message.parent === named.parent &&
      message.edits === named.edits &&
      message.again === named.again &&
      before.every((record, at) => record === group[at]),
  )
  if (same) return same.message
  const message = { ...(isNamed(last) ? composeNamed(group) : composeChain(group)), ...named }
  composed.set(last, [{ group, message }, ...known.slice(0, KEPT - 1)])
  return message
}

/** The serials of the messages that a group names. */
function messagesNamed(records: Records, group: Group): Pick<Message, 'replyTo' | 'parent' | 'edits' | 'again'> {
  const { role, into, edits, again } = group[0]! // A group is never empty.
  const asked = group.find(({ replyTo }) => replyTo !== undefined)
  const replyTo = asked && (promptsNamed(records, asked)[0]?.id ?? asked.replyTo)
  const parent = group.find((record) => record.parent !== undefined)?.parent
  if (!isNamed(group[0]!)) return { replyTo, parent, edits, again }
  const run = role === 'user' && into !== undefined ? groupNamed(records, into)[0] : undefined
  return {
    replyTo,
    // A prompt into a run is where the run is.
    parent: run?.id ?? messageNamed(records, parent),
    edits: messageNamed(records, edits),
    again: messageNamed(records, again),
  }
}

function isNamed({ placement }: MessageRecord): boolean {
  return placement?.group !== undefined
}

/** A response longer than the message limit: one text, with the status of its last record (P49). */
function composeChain(chain: Group): Message {
  const first = chain[0]! // A group is never empty.
  // To delete the first record is to delete the response (P49).
  if (first.status === 'deleted') return messageOf(first)
  const gapped = chain.some(({ continuity }) => continuity === 'gapped')
  const last = chain.at(-1)! // A group is never empty.
  const headers = withAdded(first.headers, last.headers)
  return joinedMessage({ ...standingFor(chain, chain, last, gapped), headers }, chain)
}

/** Adds product headers that were set while a later record was written; only that record has them. */
function withAdded(first: Message['headers'], last: Message['headers']): Message['headers'] {
  const added = Object.keys(last).filter((name) => !ofProtocol(name) && last[name] !== first[name])
  return added.length === 0 ? first : { ...first, ...Object.fromEntries(added.map((name) => [name, last[name]])) }
}

/** Whether a header's meaning is already in the message's fields. `run` names an agent's attempt. */
function ofProtocol(header: string): boolean {
  return reservedHeaders.has(header) || header === 'run'
}

/** The records of a named group: the texts of the records that count, and the status of the last mark. */
function composeNamed(all: Group): Message {
  const counting = countingRecords(all)
  const standing = standingRecord(counting) ?? all[0]! // A group is never empty.
  const texts = counting.filter((record) => !isMark(record))
  const deleted = texts.some(({ status }) => status === 'deleted') && texts.every(isEmpty)
  // An ended group gets no more text: what was read of it is complete, unless the stream is known to have passed it.
  // What waits has all that was said before it waits.
  const open = !deleted && isUnended(standing) && standing.status !== 'waiting'
  const gapped = texts.some(
    ({ continuity, deliveredVersion, version }) =>
      continuity === 'gapped' && (open || deliveredVersion !== undefined || version === ''),
  )
  const headers: Headers = Object.assign({}, ...counting.map((record) => record.headers), standing.headers)
  const status = deleted ? 'deleted' : standing.status
  return joinedMessage({ ...standingFor(all, texts, standing, gapped), status, finish: finishOf(headers), headers }, texts)
}

/** All but the contents of a group. @param texts the records that have text @param standing the record that gives the group's status */
function standingFor(group: Group, texts: Group, standing: MessageRecord, gapped: boolean): MessageRecord {
  const latest = texts.at(-1) ?? standing
  return {
    ...group[0]!, // A group is never empty.
    status: standing.status,
    continuity: gapped ? 'gapped' : 'contiguous',
    source: latest.source,
    error: standing.error,
    finish: standing.finish,
    updatedAt: Math.max(...group.map(({ updatedAt }) => updatedAt)),
    version: latest.version,
    deliveredVersion: latest.deliveredVersion,
    lastActivityAt: Math.max(...group.map(({ lastActivityAt }) => lastActivityAt)),
  }
}
