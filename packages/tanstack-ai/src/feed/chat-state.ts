import type { ToolCallPart } from '@tanstack/ai/client'
import type { ChatChunk } from './chat-chunk.ts'
import type { Remembered } from './message-chunks.ts'
import { begun, isOpen, messageChunks } from './message-chunks.ts'
import type { ChatUIMessage } from '../messages/ui-message.ts'

/** What one chat shows, as far as it was given it by chunks. */
export interface ChatState {
  /** The chunks after which the chat shows these messages. */
  show(wanted: readonly ChatUIMessage[]): readonly ChatChunk[]
  /** The chunks before the end of a run: the chat then calls `onFinish` with its message. */
  beforeEnd(id: string): readonly ChatChunk[]
  /** Whether the chat was given any messages. */
  isGiven(): boolean
  /** Records the end of a run. */
  ended(): void
  /** Forgets what the chat shows, because it changed its messages itself. The next chunk is a snapshot. */
  forget(): void
}

/** Creates the state of a chat that was given nothing. */
export function createChatState(): ChatState {
  let given: readonly ChatUIMessage[] | undefined
  let remembered: Remembered | undefined

  function snapshot(wanted: readonly ChatUIMessage[]): readonly ChatChunk[] {
    const bare = given && withoutLost(given, wanted)
    given = wanted
    remembered = undefined
    const chunk: ChatChunk = { type: 'MESSAGES_SNAPSHOT', messages: wanted }
    return bare ? [{ type: 'MESSAGES_SNAPSHOT', messages: bare }, chunk] : [chunk]
  }

  /** The last message, if a chunk can add to it or can add it: those before it stay as they are. */
  function growing(
    wanted: readonly ChatUIMessage[],
  ): { readonly before?: ChatUIMessage; readonly next: ChatUIMessage } | undefined {
    const next = wanted.at(-1)
    if (!given || next?.role !== 'assistant') return undefined
    const isNew = wanted.length === given.length + 1
    const before = given.at(-1)
    if (!isNew && (wanted.length !== given.length || before?.id !== next.id || before.role !== next.role)) return undefined
    for (let at = 0; at < wanted.length - 1; at++) if (given[at] !== wanted[at]) return undefined
    return isNew || !before ? { next } : { before, next }
  }

  return {
    show(wanted) {
      if (given === wanted || (given && isUnchanged(given, wanted))) return []
      const last = growing(wanted)
      const grown = last && messageChunks(last.before, last.next, remembered?.id === last.next.id ? remembered : undefined)
      if (!grown) return snapshot(wanted)
      given = wanted
      remembered = grown.remembered
      return grown.chunks
    },

    beforeEnd(id) {
      if (remembered?.id === id || given?.at(-1)?.id !== id) return []
      remembered = begun(id)
      return [{ type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' }]
    },

    isGiven: () => given !== undefined,

    ended() {
      // The processor removes a message of blanks, and completes every call of the messages that it was given.
      if (remembered && given?.some((message) => isBlank(message) || message.parts.some(isOpenCall))) given = undefined
    },

    forget() {
      given = undefined
    },
  }
}

function isUnchanged(given: readonly ChatUIMessage[], wanted: readonly ChatUIMessage[]): boolean {
  return given.length === wanted.length && wanted.every((message, at) => message === given[at])
}

/**
 * The messages without the calls whose output is gone; undefined if there are none. The processor keeps the output of a call that a snapshot has without one,
 * unless a snapshot before it did not have the call.
 */
function withoutLost(given: readonly ChatUIMessage[], wanted: readonly ChatUIMessage[]): readonly ChatUIMessage[] | undefined {
  const had = new Set(given.flatMap(callsOf).flatMap(({ id, output }) => (output === undefined ? [] : [id])))
  const lost = new Set(wanted.flatMap(callsOf).flatMap(({ id, output }) => (output === undefined && had.has(id) ? [id] : [])))
  if (lost.size === 0) return undefined
  return wanted.map((message) => ({
    ...message,
    parts: message.parts.filter((part) => part.type !== 'tool-call' || !lost.has(part.id)),
  }))
}

function callsOf({ parts }: ChatUIMessage): readonly ToolCallPart[] {
  return parts.filter((part): part is ToolCallPart => part.type === 'tool-call')
}

function isOpenCall(part: ChatUIMessage['parts'][number]): boolean {
  return part.type === 'tool-call' && isOpen(part)
}

function isBlank({ role, parts }: ChatUIMessage): boolean {
  const isText = parts.length > 0 && parts.every((part) => part.type === 'text' && part.content.trim() === '')
  return role === 'assistant' && isText
}
