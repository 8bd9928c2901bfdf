import type { InboundMessage } from '../message/inbound-message.ts'
import { joined } from '../message/joined.ts'

/** The text of appends that were rejected and yet, as Ably may do, go out with the next append to the message (fault). */
export class FoldedAppends {
  readonly #held = new Map<string, InboundMessage>()

  hold(key: string, message: InboundMessage): void {
    this.#held.set(key, this.take(key, message))
  }

  /** The message with what was held for it in front. */
  take(key: string, message: InboundMessage): InboundMessage {
    if (this.#held.size === 0) return message
    const held = this.#held.get(key)
    if (held === undefined) return message
    this.#held.delete(key)
    return { ...message, data: joined([held.data, message.data]), size: held.size + message.size }
  }

  /** An update or delete has replaced what they would have been appended to. */
  drop(key: string): void {
    this.#held.delete(key)
  }
}
