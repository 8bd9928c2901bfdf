import { createHash } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'

export interface Moment {
  readonly channelSerial: string
  readonly timestamp: number
}

/**
 * Issues the channel serials of one channel: `TTTTTTTTTTTTTT-CCC@SERIES`, strictly increasing as strings even when the
 * clock stands still or goes back. The series is a function of the name, so serials stay comparable after a restart.
 */
export class ChannelSerials {
  readonly #clock: Clock
  readonly series: string
  #ms: number
  #counter = -1
  #head: string
  /** The part of a serial that changes once a millisecond. */
  #prefix: string

  constructor(channelName: string, clock: Clock, last?: string) {
    this.#clock = clock
    this.series = createHash('sha256').update(channelName).digest('hex').slice(0, 10)
    this.#ms = last === undefined ? 0 : serialTime(last) + 1
    this.#head = ''
    this.#prefix = prefixOf(this.#ms)
    this.next()
  }

  /** The newest serial issued. */
  get head(): string {
    return this.#head
  }

  next(): Moment {
    // The time has fourteen digits in a serial. Parts of a millisecond would make it longer, and so later than all that follow.
    const now = Math.floor(this.#clock.now())
    const before = this.#ms
    if (now > this.#ms) {
      this.#ms = now
      this.#counter = 0
    } else if (++this.#counter > 999) {
      this.#ms++
      this.#counter = 0
    }
    if (this.#ms !== before) this.#prefix = prefixOf(this.#ms)
    this.#head = `${this.#prefix}${threeDigits(this.#counter)}@${this.series}`
    return { channelSerial: this.#head, timestamp: this.#ms }
  }

  /** Whether `serial` could have been issued by this channel. */
  issued(serial: string): boolean {
    return /^\d{14}-\d{3}@/.test(serial) && serial.endsWith(`@${this.series}`) && serial <= this.#head
  }
}

export function messageSerial(channelSerial: string, index: number): string {
  return `${channelSerial}:${threeDigits(index)}`
}

function prefixOf(ms: number): string {
  return `${String(ms).padStart(14, '0')}-`
}

function threeDigits(value: number): string {
  return value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value)
}

/** The channel serial inside a message or version serial. */
export function channelSerialOf(serial: string): string {
  const colon = serial.indexOf(':')
  return colon === -1 ? serial : serial.slice(0, colon)
}

export function serialTime(serial: string): number {
  return Number.parseInt(serial.slice(0, 14), 10) || 0
}
