import type { Conversation } from './conversation.ts'
import { namedGroupOf } from './groups.ts'
import type { MessageRecord } from './record.ts'
import { hasKey } from './record-list.ts'
import type { WireEvent } from '../protocol/event.ts'

/**
 * Whether a prompt was sent under this id. If another record has that key, the prompt's key is the id with `~` appended: `sendMessage`
 * accepts no id with `~`.
 */
export function isSentAs({ key }: MessageRecord, id: string): boolean {
  return key === id || (key.startsWith(id) && /^~+$/.test(key.slice(id.length)))
}

/** Whether a user is the author, as far as is known: a client that has not connected yet may not know its own id. */
export function isBy(clientId: string | undefined, author: string | undefined): boolean {
  return clientId === undefined || clientId === author
}

/** The pending prompt that a version confirms. A prompt of another user under the same id, or an older message, does not. */
export function echoOf({ context }: Conversation, event: WireEvent, known: MessageRecord | undefined): MessageRecord | undefined {
  const { messageId, clientId } = event
  if (messageId === undefined || context.pending.length === 0) return undefined
  const acknowledged = event.type === 'snapshot' && event.source === 'local'
  if (known && !acknowledged) return undefined
  return context.pending.find((prompt) => isSentAs(prompt, messageId) && isBy(prompt.clientId, clientId))
}

/**
 * The record with a unique key: the wanted one if it is free, otherwise the serial. The records of a named group share one key: that of
 * the stored records, or for the first one the group's name.
 */
export function withKey(state: Conversation, record: MessageRecord): MessageRecord {
  const group = namedGroupOf(state.records, record)
  const taken = group?.[0]?.key
  const wanted = group && record.role === 'assistant' ? (record.placement?.group ?? record.key) : record.key
  const key = taken ?? freeKey(state, wanted, record.id)
  return key === record.key ? record : { ...record, key }
}

/** `wanted` if no other record has that key; otherwise the serial, with `~` appended until it is unique. */
export function freeKey({ records, context }: Conversation, wanted: string, serial: string): string {
  const isTaken = (key: string) => hasKey(records, key, serial) || context.pending.some((prompt) => prompt.key === key)
  let key = isTaken(wanted) ? serial || wanted : wanted
  while (isTaken(key)) key += '~'
  return key
}
