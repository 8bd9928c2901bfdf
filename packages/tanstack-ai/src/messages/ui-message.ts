import type { Message } from '@streamfold/core'
import type { MessagePart as ChatPart, UIMessage } from '@tanstack/ai/client'
import type { MessageFacts } from './message-facts.ts'
import { factsOf } from './message-facts.ts'
import { chatParts } from './chat-parts.ts'

/** A message of the conversation as the chats of TanStack AI have it. */
export interface ChatUIMessage extends UIMessage {
  parts: ChatPart[]
  createdAt: Date
  /** What the agent says about the message, and the facts. */
  metadata: { tanstack: { createdAt: string }; streamfold: MessageFacts } & Record<string, unknown>
}

/** Makes the list of messages that a chat shows. A message that has not changed gives the same object. */
export type ChatMessages = (messages: readonly Message[]) => readonly ChatUIMessage[]

/** Creates a maker of lists that remembers its results. */
export function createChatMessages(): ChatMessages {
  const made = new WeakMap<Message, { readonly ids: string; readonly message: ChatUIMessage }>()
  const kept = new WeakMap<ChatUIMessage, ChatUIMessage>()
  let newest: { readonly from: readonly Message[]; readonly list: readonly ChatUIMessage[] } | undefined

  function make(message: Message, callIds: readonly string[]): ChatUIMessage {
    const known = made.get(message)
    const ids = callIds.join('\n')
    if (known?.ids === ids) return known.message
    const createdAt = new Date(message.createdAt)
    const next: ChatUIMessage = {
      id: message.key,
      role: message.role,
      parts: chatParts(message, callIds),
      createdAt,
      metadata: {
        ...message.metadata,
        tanstack: { createdAt: createdAt.toISOString() },
        streamfold: factsOf(message),
      },
    }
    made.set(message, { ids, message: next })
    return next
  }

  function padded(message: ChatUIMessage): ChatUIMessage {
    const known = kept.get(message) ?? { ...message, parts: [...message.parts, { type: 'text', content: '' }] }
    kept.set(message, known)
    return known
  }

  return (messages) => {
    if (newest?.from === messages) return newest.list
    const used = new Set<string>()
    const all = messages.map((message) => make(message, shownCallIds(message, used)))
    const list = all.map((message, at) => (isFolded(message, all[at + 1]) ? padded(message) : message))
    newest = { from: messages, list }
    return list
  }
}

/** Whether a snapshot would move the thoughts of a message into the next one: it has nothing else. */
function isFolded({ role, parts }: ChatUIMessage, next: ChatUIMessage | undefined): boolean {
  const isAnswer = role === 'assistant' && next?.role === 'assistant'
  return isAnswer && parts.length > 0 && parts.every(({ type }) => type === 'thinking')
}

/** The ids that the calls of a message have in a chat, in order. */
export function callIdsIn(messages: readonly Message[], message: Message): readonly string[] {
  const used = new Set<string>()
  for (const each of messages) {
    const ids = shownCallIds(each, used)
    if (each.id === message.id) return ids
  }
  return []
}

/** TanStack AI looks for a call in all messages, and some providers count the calls of each response from 1. */
function shownCallIds({ key, parts }: Message, used: Set<string>): readonly string[] {
  return parts.flatMap((part, at) => {
    if (!('toolCallId' in part)) return []
    const { toolCallId } = part
    const id = used.has(toolCallId) ? `${key}/${at}/${toolCallId}` : toolCallId
    used.add(id)
    return [id]
  })
}
