import type { Conversation } from './conversation.ts'
import { namedGroupOf } from './groups.ts'
import type { MessageRecord } from './record.ts'
import { hasKey } from './record-list.ts'
import type { WireEvent } from '../protocol/event.ts'

/**
 * Whether a prompt was sent under this id. Where another record has the id for its key, the prompt's key is longer than its id:
 * an id that `sendMessage` takes has no `~`.
 */
export function isSentAs({ key }: MessageRecord, id: string): boolean {
  return key === id || (key.startsWith(id) && /^~+$/.test(key.slice(id.length)))
}

/** Whether a user is the author, as far as that is known. A client that has not connected yet may not know who it is. */
export function isBy(clientId: string | undefined, author: string | undefined): boolean {
  return clientId === undefined || clientId === author
}

/** The pending prompt that a version is of: not one by another user under the same id, nor one that was published before. */
export function echoOf({ context }: Conversation, event: WireEvent, known: MessageRecord | undefined): MessageRecord | undefined {
  const { messageId, clientId } = event
  if (messageId === undefined || context.pending.length === 0) return undefined
  const acknowledged = event.type === 'snapshot' && event.source === 'local'
  if (known && !acknowledged) return undefined
  return context.pending.find((prompt) => isSentAs(prompt, messageId) && isBy(prompt.clientId, clientId))
}

/**
 * The record with a key that no other has: the one it asks for, or else its serial. The records of a named group share a key: what
 * the others have, or where there are none the group's name.
 */
export function withKey(state: Conversation, record: MessageRecord): MessageRecord {
  const group = namedGroupOf(state.records, record)
  const taken = group?.find(({ id }) => id !== record.id)?.key
  const wanted = group && record.role === 'assistant' ? (record.placement?.group ?? record.key) : record.key
  const key = taken ?? freeKey(state, wanted, record.id)
  return key === record.key ? record : { ...record, key }
}

/** `wanted` where no other record has it for its key; or else the serial, made longer until that is so. */
export function freeKey({ records, context }: Conversation, wanted: string, serial: string): string {
  const isTaken = (key: string) => hasKey(records, key, serial) || context.pending.some((prompt) => prompt.key === key)
  let key = isTaken(wanted) ? serial || wanted : wanted
  while (isTaken(key)) key += '~'
  return key
}
