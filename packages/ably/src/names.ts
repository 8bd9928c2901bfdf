import type { ConversationEvent, ResponseWire } from '@streamfold/core'

/** What messages are called in a dialect, where our own wire has their serials. */
export interface Names {
  /** Remembers what an event calls its message, and names a cancel's target by its serial. */
  readonly note: (event: ConversationEvent) => ConversationEvent
  /** What is remembered of a message. */
  readonly read: ResponseWire['read']
}

const REMEMBERED = 1_000

export function createNames(): Names {
  const serials = new Map<string, string>()
  const prompts = new Map<string, Awaited<ReturnType<ResponseWire['read']>>>()

  return {
    note(event) {
      if (event.type === 'cancel') return { ...event, target: serials.get(event.target) ?? event.target }
      if (!('role' in event) || !event.headers) return event
      const { serial, headers, clientId, messageId } = event
      const name = event.role === 'user' ? messageId : headers['part-of']
      // A response is known by its text, by whose serial it is answered for.
      if (name !== undefined && headers['part'] !== 'mark') keep(serials, name, serial)
      if (event.role === 'user') keep(prompts, serial, { headers, clientId })
      return event
    },
    read: (serial) => Promise.resolve(prompts.get(serial)),
  }
}

function keep<Value>(known: Map<string, Value>, name: string, value: Value): void {
  known.set(name, value)
  if (known.size > REMEMBERED) known.delete([...known.keys()][0]!) // There are more than that.
}
