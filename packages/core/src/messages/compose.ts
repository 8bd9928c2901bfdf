import type { Conversation } from '../fold/conversation.ts'
import type { Group } from '../fold/groups.ts'
import { countingRecords, groupOf, isMark, promptsNamed, standingRecord } from '../fold/groups.ts'
import type { MessageRecord } from '../fold/record.ts'
import type { Records } from '../fold/record-list.ts'
import { find, list } from '../fold/record-list.ts'
import { isUnended } from '../fold/standing.ts'
import { finishOf, reservedHeaders } from '../protocol/fields.ts'
import type { Headers, Message } from '../protocol/message.ts'
import { memo } from '../shared/memo.ts'

/** All messages in order, each group in the place of its first record. The same array for the same records. */
export function composeMessages({ records, context }: Conversation): readonly Message[] {
  return context.grouped ? compose(records).messages : list(records)
}

/** The message that a record is, or is a part of; undefined when no such record is known. */
export function composeMessage({ records, context }: Conversation, serial: string): Message | undefined {
  return context.grouped ? compose(records).byRecord.get(serial) : find(records, serial)
}

const compose = memo((records: Records) => {
  const all = list(records)
  const messages: Message[] = []
  const byRecord = new Map<string, Message>()
  for (const record of all) {
    if (byRecord.has(record.id)) continue
    const group = groupOf(records, record)
    const message = group ? composeGroup(records, group) : record
    messages.push(message)
    for (const { id } of group ?? [record]) byRecord.set(id, message)
  }
  return { messages, byRecord }
})

interface Composed {
  readonly group: Group
  readonly message: Message
}

/** By the last record, the newest first: older and newer versions of a group may be asked for in turn. */
const composed = new WeakMap<MessageRecord, readonly Composed[]>()
const KEPT = 4

/** The message that a group makes; the same while its records and what it answers are the same. */
function composeGroup(records: Records, group: Group): Message {
  const last = group.at(-1)! // A group is never empty.
  const first = group.find(({ replyTo }) => replyTo !== undefined)
  const replyTo = first && (promptsNamed(records, first)[0]?.id ?? first.replyTo)
  const known = composed.get(last) ?? []
  // Both lists end with the same record, so neither is only the beginning of the other.
  const same = known.find((one) => one.message.replyTo === replyTo && one.group.every((record, at) => record === group[at]))
  if (same) return same.message
  const message = { ...(isNamed(last) ? composeNamed(group) : composeChain(group)), replyTo }
  composed.set(last, [{ group, message }, ...known.slice(0, KEPT - 1)])
  return message
}

function isNamed({ placement }: MessageRecord): boolean {
  return placement?.group !== undefined
}

/** A response longer than the message limit: one text, which stands as its last record does. */
function composeChain(chain: Group): MessageRecord {
  const first = chain[0]! // A group is never empty.
  // To delete the first record is to delete the response.
  if (first.status === 'deleted') return first
  const gapped = chain.some(({ continuity }) => continuity === 'gapped')
  const last = chain.at(-1)! // Likewise.
  return { ...joined(chain, chain, last, gapped), headers: withAdded(first.headers, last.headers) }
}

/** A product's headers that were added while a later record was written: only that one has them. */
function withAdded(first: Message['headers'], last: Message['headers']): Message['headers'] {
  const added = Object.keys(last).filter((name) => !ofProtocol(name) && last[name] !== first[name])
  return added.length === 0 ? first : { ...first, ...Object.fromEntries(added.map((name) => [name, last[name]])) }
}

/** What the protocol's headers say of the whole is in its fields. `run` names the attempt of an agent. */
function ofProtocol(header: string): boolean {
  return reservedHeaders.has(header) || header === 'run'
}

/** Records that name the same group: the texts of those that count, and the standing of the last mark. */
function composeNamed(all: Group): MessageRecord {
  const counting = countingRecords(all)
  const standing = standingRecord(counting) ?? all[0]! // A group is never empty.
  const texts = counting.filter((record) => !isMark(record))
  const deleted = texts.some(({ status }) => status === 'deleted') && texts.every(({ text }) => text === '')
  // When a group has ended, no more of it is streamed: what was read of it is all, unless the stream is known to have passed it.
  const open = !deleted && isUnended(standing)
  const gapped = texts.some(
    ({ continuity, deliveredVersion, version }) =>
      continuity === 'gapped' && (open || deliveredVersion !== undefined || version === ''),
  )
  const headers: Headers = Object.assign({}, ...counting.map((record) => record.headers), standing.headers)
  return {
    ...joined(all, texts, standing, gapped),
    status: deleted ? 'deleted' : standing.status,
    finish: finishOf(headers),
    headers,
  }
}

/** @param texts the records that have text @param standing the record that says how the group stands */
function joined(group: Group, texts: Group, standing: MessageRecord, gapped: boolean): MessageRecord {
  const latest = texts.at(-1) ?? standing
  let text = ''
  // Each text is a block of its own, unless its record continues another.
  for (const { text: more, placement } of texts)
    text += more !== '' && text !== '' && placement?.continues === undefined ? `\n\n${more}` : more
  return {
    ...group[0]!, // A group is never empty.
    text,
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
