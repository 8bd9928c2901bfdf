import { continues } from './continuation.ts'
import type { Conversation, ConversationContext, ConversationOptions } from './conversation.ts'
import { emptyConversation } from './conversation.ts'
import { conversationProblem } from './conversation-problem.ts'
import { isBehind, isOpen } from './fold.ts'
import type { Headers, HeadersOf, Message } from './message.ts'
import { list, messagesOf } from './messages.ts'
import { wholeOf } from './whole.ts'
import { wholes } from './wholes.ts'

/** A conversation as plain JSON, for server rendering and for a page's cache. */
export interface ConversationJson {
  readonly version: 1
  readonly options: ConversationOptions
  readonly messages: readonly Message[]
  readonly pending: readonly Message[]
  readonly rest: Omit<ConversationContext, 'options' | 'pending' | 'open' | 'behind' | 'parts' | 'wholes'>
}

export function toJSON<H extends HeadersOf<H> = Headers>(conversation: Conversation<H>): ConversationJson {
  const problem = conversationProblem(conversation)
  if (problem !== undefined) throw new TypeError(`unable to write the conversation; it is not one: ${problem}`)
  const { messages, context } = conversation as Conversation // As in reduce.
  const { options, pending, open: _open, behind: _behind, parts: _parts, wholes: _wholes, ...rest } = context
  return { version: 1, options, messages: list(messages), pending, rest }
}

/** @throws when `value` was not written by `toJSON` of this version. */
export function fromJSON<H extends HeadersOf<H> = Headers>(value: unknown): Conversation<H> {
  return thaw(value) as Conversation<H> // As in reduce.
}

function thaw(value: unknown): Conversation {
  const json = value as ConversationJson // Checked by its version, which only toJSON writes.
  if (typeof value === 'string') throw unreadable('it is a string', 'give JSON.parse(text)')
  if (typeof value === 'object' && value !== null && 'messages' in value && 'context' in value)
    throw unreadable('it is a conversation already', 'use it as it is')
  if (json?.version !== 1) throw unreadable('it was not written by toJSON of this version', 'write it again')
  const isObject = (part: unknown) => typeof part === 'object' && part !== null
  if (!Array.isArray(json.messages) || !Array.isArray(json.pending) || !isObject(json.options) || !isObject(json.rest))
    throw unreadable('a part of it is missing', 'write it again')
  const { messages } = json
  // JSON has no Infinity, by which a product says "never".
  const options = Object.fromEntries(Object.entries(json.options).map(([name, ms]) => [name, ms ?? Infinity] as const))
  const parted = messages.some((message) => wholeOf(message) !== undefined)
  const state: Conversation = {
    messages: messagesOf(messages),
    context: {
      ...emptyConversation(options).context,
      ...json.rest,
      pending: json.pending,
      open: messages.filter(isOpen).map(({ id }) => id),
      behind: messages.filter(isBehind).map(({ id }) => id),
      parts: messages.filter((message) => continues(message) !== undefined).map(({ id }) => id),
      wholes: parted ? wholes : undefined,
    },
  }
  return parted ? messages.reduce((next, message) => wholes.settle(next, message), state) : state
}

function unreadable(reason: string, remedy: string): Error {
  return new Error(`unable to read the conversation; ${reason}: ${remedy}`)
}
