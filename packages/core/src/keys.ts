import type { Conversation } from './conversation.ts'
import type { WireEvent } from './event.ts'
import type { Message } from './message.ts'
import { hasKey } from './messages.ts'

/**
 * Whether a prompt was sent under this id. Where another message has the id for its key, the prompt's key is longer than its id:
 * an id that `sendMessage` takes has no `~`.
 */
export function isSentAs({ key }: Message, id: string): boolean {
  return key === id || (key.startsWith(id) && /^~+$/.test(key.slice(id.length)))
}

/** Whether a user is the author, as far as that is known. A client that has not connected yet may not know who it is. */
export function isBy(clientId: string | undefined, author: string | undefined): boolean {
  return clientId === undefined || clientId === author
}

/** The pending prompt that a version is of: not one by another user under the same id, nor one that was published before. */
export function echoOf({ context }: Conversation, event: WireEvent, known: Message | undefined): Message | undefined {
  const { messageId, clientId } = event
  if (messageId === undefined || context.pending.length === 0) return undefined
  const acknowledged = event.type === 'snapshot' && event.source === 'local'
  if (known && !acknowledged) return undefined
  return context.pending.find((prompt) => isSentAs(prompt, messageId) && isBy(prompt.clientId, clientId))
}

/** The message with a key that no other has: the one it asks for, or else its serial. Parts of a whole have one key. */
export function withKey(state: Conversation, message: Message): Message {
  const { messages, context } = state
  const shared = context.wholes?.key(messages, message)
  const key = shared?.taken ?? freeKey(state, shared?.wanted ?? message.key, message.id)
  return key === message.key ? message : { ...message, key }
}

/** `wanted` where no other message has it for its key; or else the serial, made longer until that is so. */
export function freeKey({ messages, context }: Conversation, wanted: string, serial: string): string {
  const isTaken = (key: string) => hasKey(messages, key, serial) || context.pending.some((prompt) => prompt.key === key)
  let key = isTaken(wanted) ? serial || wanted : wanted
  while (isTaken(key)) key += '~'
  return key
}
