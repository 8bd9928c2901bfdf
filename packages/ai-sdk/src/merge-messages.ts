import type { ChatMessage } from './chat-message.ts'

/** Keeps a chat's messages those of the conversation, and remembers what it has put there. */
export interface MessageMerger<M extends ChatMessage> {
  /**
   * @param current what the chat has; returned as it is where it is right
   * @param wanted what the conversation has
   * @param reading whether the chat reads this message itself, from a stream
   */
  merge(current: M[], wanted: readonly M[], reading: (id: string) => boolean): M[]
}

export function createMessageMerger<M extends ChatMessage>(): MessageMerger<M> {
  /** What was put into the chat last: it makes copies of its own, which mean the same. */
  const put = new Map<string, M>()
  /** Every id the conversation ever had: what has such an id and is not wanted any more goes. */
  const seen = new Set<string>()

  return {
    merge(current, wanted, reading) {
      const have = new Map(current.map((message) => [message.id, message]))
      const next = wanted.flatMap((message) => {
        seen.add(message.id)
        const own = have.get(message.id)
        // The stream brings it; put here as well it would be there before its turn.
        if (reading(message.id)) return own ? [own] : []
        if (own && put.get(message.id) === message) return [own]
        put.set(message.id, message)
        return [message]
      })
      current.forEach((message, index) => {
        if (!seen.has(message.id)) next.splice(placeAfter(next, current[index - 1]), 0, message)
      })
      return next.length === current.length && next.every((message, index) => message === current[index]) ? current : next
    },
  }
}

/** A message that only the chat knows (a greeting, a prompt that was refused) stays behind the one it followed. */
function placeAfter<M extends ChatMessage>(messages: readonly M[], before: M | undefined): number {
  if (!before) return 0
  const index = messages.findIndex(({ id }) => id === before.id)
  return index < 0 ? messages.length : index + 1
}
