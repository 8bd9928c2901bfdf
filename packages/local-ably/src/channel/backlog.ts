import type { MessageVersion } from '../message/message-version.ts'
import type { WireAnnotation, WirePresence } from '../protocol/protocol-message.ts'
import { serialTime } from '../protocol/serials.ts'

interface Sent {
  readonly channelSerial: string
  /** The connection it came from; none for REST. */
  readonly publisher: string | undefined
}

export type BacklogEntry =
  | (Sent & { readonly kind: 'messages'; readonly versions: readonly MessageVersion[] })
  | (Sent & { readonly kind: 'append'; readonly version: MessageVersion })
  | (Sent & { readonly kind: 'annotations'; readonly annotations: readonly WireAnnotation[] })
  | (Sent & { readonly kind: 'summary'; readonly version: MessageVersion })
  | (Sent & { readonly kind: 'presence'; readonly items: readonly WirePresence[] })

const TRIM_EVERY = 64
const MAX_ENTRIES = 100_000
/** How far back the last append of a message is looked for. */
const STREAMS = 32

/** The recent messages of a channel, for clients that resume (P21). */
export class Backlog {
  readonly #retention: number
  #entries: BacklogEntry[] = []
  #dropped = 0
  #untrimmed = 0
  #coveredFrom: string

  /** Nothing before `start` can be replayed. */
  constructor(retention: number, start: string) {
    this.#retention = retention
    this.#coveredFrom = start
  }

  /** The oldest serial from which nothing is missing. */
  get coveredFrom(): string {
    return this.#coveredFrom
  }

  /** How many entries could be replayed. */
  get size(): number {
    return this.#entries.length - this.#dropped
  }

  add(entry: BacklogEntry): void {
    if (entry.kind === 'append') this.#dropOlder(entry.version.body)
    this.#entries.push(entry)
    // Trimmed now and then, since an attach trims before it looks; `serialTime` for every token would show.
    if (++this.#untrimmed >= TRIM_EVERY) this.trim(serialTime(entry.channelSerial))
  }

  /** Everything sent after `channelSerial`, appends that another append of the backlog contains left out. */
  after(channelSerial: string): readonly BacklogEntry[] {
    const missed = this.#entries.slice(this.#dropped).filter((entry) => entry.channelSerial > channelSerial)
    const newest = new Map<object, BacklogEntry>()
    for (const entry of missed) if (entry.kind === 'append') newest.set(entry.version.body, entry)
    return missed.filter((entry) => entry.kind !== 'append' || newest.get(entry.version.body) === entry)
  }

  /** An append replays as the whole text, so the one before it is needed no more; of many streams each finds its own. */
  #dropOlder(body: object): void {
    const last = this.#entries.length - 1
    for (let index = last; index >= this.#dropped && index > last - STREAMS; index--) {
      const entry = this.#entries[index]
      if (entry?.kind !== 'append' || entry.version.body !== body) continue
      if (index === last) this.#entries.pop()
      else this.#entries.splice(index, 1)
      return
    }
  }

  /** Drops what is older than the retention. */
  trim(now: number): void {
    this.#untrimmed = 0
    const oldest = now - this.#retention
    for (;;) {
      const first = this.#entries[this.#dropped]
      if (first === undefined) break
      const full = this.#entries.length - this.#dropped > MAX_ENTRIES
      if (!full && serialTime(first.channelSerial) >= oldest) break
      this.#coveredFrom = first.channelSerial
      this.#dropped++
    }
    // Shifting an array entry by entry would make every append pay for the length of the backlog.
    if (this.#dropped > 1024 && this.#dropped * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#dropped)
      this.#dropped = 0
    }
  }
}
