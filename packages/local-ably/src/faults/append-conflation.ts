import type { Attachment } from '../channel/attachment.ts'
import { messageFrame } from '../channel/deliver.ts'
import { joined } from '../message/joined.ts'
import { wireMessage, type MessageVersion } from '../message/message-version.ts'
import { MessageAction } from '../protocol/actions.ts'
import type { Data } from '../protocol/protocol-message.ts'
import { channelSerialOf } from '../serials.ts'

/** How a subscriber's appends are conflated: merged for `ms`, or each sent as a full update. */
export type Conflation = { readonly as: 'merged'; readonly ms: number } | { readonly as: 'full' }

/** Appends held back for one attachment, to be sent as one. */
export class AppendConflation {
  readonly conflation: Conflation
  readonly #attachment: Attachment
  #held: { version: MessageVersion; parts: Data[] } | undefined
  #cancel: () => void = () => {}

  constructor(attachment: Attachment, conflation: Conflation) {
    this.#attachment = attachment
    this.conflation = conflation
  }

  /** Whether it keeps the append; otherwise the caller sends a full update. */
  append(version: MessageVersion, increment: Data, known: boolean): boolean {
    const whole = this.conflation.as === 'full' || !known
    // What is held goes before another message, and before the whole of its own.
    if (whole || this.#held?.version.serial !== version.serial) this.flush()
    if (whole) return false
    if (this.#held === undefined) {
      this.#held = { version, parts: [increment] }
      const { clock } = this.#attachment.channel.broker.options
      this.#cancel = clock.after(this.conflation.ms, () => this.flush())
    } else {
      this.#held.version = version
      this.#held.parts.push(increment)
    }
    return true
  }

  flush(): void {
    const held = this.#held
    if (held === undefined) return
    this.#held = undefined
    this.#cancel()
    const data = joined(held.parts)
    const { version } = held
    const serial = channelSerialOf(version.version.serial)
    this.#attachment.send(messageFrame(this.#attachment.channel, serial, [wireMessage(version, MessageAction.APPEND, data)]))
  }
}
