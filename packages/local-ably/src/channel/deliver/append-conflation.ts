import type { Conflation } from '../../faults/fault-rules.ts'
import { joined } from '../../message/joined.ts'
import { wireMessage, type MessageVersion } from '../../message/message-version.ts'
import { MessageAction } from '../../protocol/actions.ts'
import type { Frame } from '../../protocol/frame.ts'
import type { Data } from '../../protocol/protocol-message.ts'
import { channelSerialOf } from '../../protocol/serials.ts'
import type { Clock } from '../../shared/clock.ts'
import { messageFrame } from './frames.ts'

/** Appends held back for one attachment, to be sent as one. */
export class AppendConflation {
  readonly conflation: Conflation
  readonly #channel: { readonly name: string }
  readonly #clock: Clock
  readonly #send: (frame: Frame) => void
  #held: { version: MessageVersion; parts: Data[] } | undefined
  #cancel: () => void = () => {}

  constructor(channel: { readonly name: string }, conflation: Conflation, clock: Clock, send: (frame: Frame) => void) {
    this.#channel = channel
    this.conflation = conflation
    this.#clock = clock
    this.#send = send
  }

  /** Whether it keeps the append; otherwise the caller sends a full update. */
  append(version: MessageVersion, increment: Data, known: boolean): boolean {
    const whole = this.conflation.as === 'full' || !known
    // Held appends go before another message, and before a full update of their own.
    if (whole || this.#held?.version.serial !== version.serial) this.flush()
    if (whole) return false
    if (this.#held === undefined) {
      this.#held = { version, parts: [increment] }
      this.#cancel = this.#clock.after(this.conflation.ms, () => this.flush())
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
    this.#send(messageFrame(this.#channel, serial, [wireMessage(version, MessageAction.APPEND, data)]))
  }
}
