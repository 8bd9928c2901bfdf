import type { ChatMessage } from './chat-message.ts'

/** Keeps a chat's messages equal to the conversation's, and remembers which ones it has set. */
export interface MessageMerger<M extends ChatMessage> {
  /**
   * @param current the chat's messages; returned unchanged if they are right
   * @param wanted the conversation's messages
   * @param reading whether the chat itself reads this message from a stream
   */
  merge(current: M[], wanted: readonly M[], reading: (id: string) => boolean, decisions?: OwnDecisions<M>): M[]
}

/** Decisions about calls that a chat has, and the channel does not have yet. */
export interface OwnDecisions<M extends ChatMessage> {
  /** The conversation's message with what the chat's has decided. */
  keep(own: M, message: M): M
  /** Whether the chat's message has a decision that was refused. */
  isRefused(own: M): boolean
}

/** Creates the merger of one chat. */
export function createMessageMerger<M extends ChatMessage>(): MessageMerger<M> {
  /** The messages that were last put into the chat, which copies them. */
  const put = new Map<string, M>()
  /** Every id the conversation ever had: a chat message with such an id that is not wanted any more is removed. */
  const seen = new Set<string>()

  return {
    merge(current, wanted, reading, decisions) {
      const have = new Map(current.map((message) => [message.id, message]))
      const next = wanted.flatMap((message) => {
        seen.add(message.id)
        const own = have.get(message.id)
        // The stream adds it; adding it here too would show it too early.
        if (reading(message.id)) return own ? [own] : []
        if (own && put.get(message.id) === message && !decisions?.isRefused(own)) return [own]
        put.set(message.id, message)
        return [own && decisions ? decisions.keep(own, message) : message]
      })
      current.forEach((message, index) => {
        if (!seen.has(message.id)) next.splice(placeAfter(next, current[index - 1]), 0, message)
      })
      return next.length === current.length && next.every((message, index) => message === current[index]) ? current : next
    },
  }
}

/** Keeps a message that only the chat has (a greeting, a refused prompt) after the message it followed. */
function placeAfter<M extends ChatMessage>(messages: readonly M[], before: M | undefined): number {
  if (!before) return 0
  const index = messages.findIndex(({ id }) => id === before.id)
  return index < 0 ? messages.length : index + 1
}
