import type { InboundMessage } from '../../message/inbound-message.ts'
import { joined } from '../../message/joined.ts'
import { toAblyError, type AblyError } from '../../protocol/ably-error.ts'
import type { Data } from '../../protocol/protocol-message.ts'
import { applyAppend, checkAppend } from './append.ts'
import type { Channel } from '../channel.ts'
import type { Origin } from './origin.ts'

export interface AppendOutcome {
  done(versionSerial: string): void
  failed(error: AblyError): void
}

interface Pending {
  message: InboundMessage
  readonly parts: Data[]
  length: number
  readonly outcomes: AppendOutcome[]
}

/**
 * The appends of one connection to one message (P18). The first of a burst is published at once; later ones within
 * the window become one version, and the ACK of each has the serial of that version.
 */
export class AppendWindow {
  readonly channel: Channel
  readonly serial: string
  readonly #origin: Origin
  readonly #ms: number
  readonly #closed: () => void
  #pending: Pending | undefined
  #cancelTimer: () => void

  constructor(channel: Channel, serial: string, origin: Origin, ms: number, closed: () => void) {
    this.channel = channel
    this.serial = serial
    this.#origin = origin
    this.#ms = ms
    this.#closed = closed
    this.#cancelTimer = this.#startTimer()
    channel.appendWindows.add(this)
  }

  /** Throws when the append is not acceptable. */
  add(message: InboundMessage, outcome: AppendOutcome | undefined): void {
    if (this.#pending && this.#pending.message.encoding !== message.encoding) this.flush()
    checkAppend(this.channel, this.#origin, message, this.#pending?.length ?? 0)
    this.#pending ??= { message, parts: [], length: 0, outcomes: [] }
    const pending = this.#pending
    pending.message = latest(pending.message, message)
    if (message.data !== undefined) pending.parts.push(message.data)
    pending.length += message.data?.length ?? 0
    if (outcome) pending.outcomes.push(outcome)
  }

  /** Publishes what is pending; the window stays open. */
  flush(): void {
    const pending = this.#pending
    if (pending === undefined) return
    this.#pending = undefined
    try {
      const data = joined(pending.parts)
      const version = applyAppend(this.channel, this.#origin, { ...pending.message, data })
      for (const outcome of pending.outcomes) outcome.done(version)
    } catch (error) {
      const refusal = toAblyError(error, 'an append', this.channel.host.options.log)
      for (const outcome of pending.outcomes) outcome.failed(refusal)
    }
  }

  close(): void {
    this.flush()
    this.#cancelTimer()
    this.channel.appendWindows.delete(this)
    this.#closed()
  }

  #startTimer(): () => void {
    return this.channel.host.options.clock.after(this.#ms, () => {
      if (this.#pending === undefined) return this.close()
      this.flush()
      this.#cancelTimer = this.#startTimer()
    })
  }
}

/** The latest operation counts, with its metadata or without any (P14); a name or extras that it leaves out come from those before. */
function latest(before: InboundMessage, message: InboundMessage): InboundMessage {
  if (message.name !== undefined && message.extras !== undefined) return message
  return { ...message, name: message.name ?? before.name, extras: message.extras ?? before.extras }
}
