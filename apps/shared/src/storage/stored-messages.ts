import type { Conversation, MessageRecord, MessageStatus } from '@streamfold/core'
import { emptyConversation, fromJSON, toJSON } from '@streamfold/core'
import { isFields } from '../fields.ts'
import { readRecord, writeRecord } from './local-record.ts'

/** A screenful or two, shown before the channel is attached; the rest comes from history. */
const most = 40
/** Characters, of the few million that a browser keeps for a page. */
const room = 200_000

const record = (conversation: string) => `messages:${conversation}`

/** Stores the end of a conversation for the next visit. */
export function storeMessages(conversation: string, state: Conversation): void {
  const kept: MessageRecord[] = []
  let size = 0
  // Stores records with their raw data, because a composed message would be composed with them again; `fromJSON` reads parts from them.
  for (const { doubted: _, ...message } of toJSON(state).records.toReversed()) {
    size += message.text.length + 600
    if (kept.length === most || size > room) break
    kept.unshift({ ...message, source: 'cache', deliveredVersion: undefined, lastActivityAt: 0 })
  }
  writeRecord(record(conversation), kept.length === 0 ? '' : JSON.stringify(kept))
}

/** The stored conversation as initial state; the channel's messages replace it. */
export function storedMessages(conversation: string): Conversation | undefined {
  const text = readRecord(record(conversation))
  if (text === undefined) return undefined
  try {
    const records: unknown = JSON.parse(text)
    if (!areRecords(records)) return undefined
    const empty = toJSON(emptyConversation())
    const grouped = records.some(({ placement }) => placement !== undefined)
    return fromJSON({ ...empty, records, rest: { ...empty.rest, grouped } })
  } catch {
    return undefined
  }
}

export function forgetMessages(conversation: string): void {
  writeRecord(record(conversation), '')
}

/** Older versions of the app, and other pages of this origin, may have written something else: a page that shows it must not fail. */
function areRecords(value: unknown): value is readonly MessageRecord[] {
  return Array.isArray(value) && value.every((record, at) => isRecord(record) && (at === 0 || value[at - 1].id < record.id))
}

function isRecord(value: unknown): value is MessageRecord {
  if (!isFields(value)) return false
  const { headers, placement, role, status, format } = value
  return (
    texts.every((name) => typeof value[name] === 'string') &&
    optionalTexts.every((name) => isOptionalText(value[name])) &&
    times.every((name) => typeof value[name] === 'number' && !Number.isNaN(new Date(value[name]).getTime())) &&
    (role === 'user' || role === 'assistant') &&
    statuses.has(String(status)) &&
    (format === undefined || format === 'parts/1') &&
    isFields(headers) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    (placement === undefined || isPlacement(placement))
  )
}

function isPlacement(value: unknown): boolean {
  if (!isFields(value)) return false
  const { mark, ...names } = value
  return typeof mark === 'boolean' && Object.values(names).every(isOptionalText)
}

const texts = ['id', 'key', 'text', 'version', 'continuity'] as const
const optionalTexts = ['replyTo', 'into', 'parent', 'edits', 'again', 'clientId', 'error', 'finish', 'declaredPhase'] as const
const times = ['createdAt', 'updatedAt', 'lastActivityAt'] as const
const statuses: ReadonlySet<string> = new Set<MessageStatus>([
  'streaming',
  'waiting',
  'stalled',
  'abandoned',
  'complete',
  'cancelled',
  'failed',
  'deleted',
])

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
