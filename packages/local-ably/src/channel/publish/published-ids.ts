import type { Store } from '../../store/store.ts'

const WINDOW = 120_000

/** Remembers the message ids of clients, so that a repeated publish is stored once (P6). */
export class PublishedIds {
  readonly #ids = new Map<string, { readonly serial: string; readonly at: number }>()
  readonly #store: Store
  readonly #channel: string
  #loaded = false

  constructor(store: Store, channel: string) {
    this.#store = store
    this.#channel = channel
  }

  /** The serial of the message already published with this id in the last two minutes. */
  find(id: string, now: number): string | undefined {
    if (!this.#loaded) this.#load(now)
    this.#trim(now)
    return this.#ids.get(id)?.serial
  }

  /** Whether ids are remembered that the store does not have. */
  busy(now: number): boolean {
    this.#trim(now)
    return !this.#store.durable && this.#ids.size > 0
  }

  add(id: string, serial: string, now: number): void {
    this.#ids.set(id, { serial, at: now })
  }

  /** Ids of messages that could not be stored must not keep them from being published again. */
  forget(): void {
    this.#ids.clear()
    this.#loaded = false
  }

  #trim(now: number): void {
    for (const [old, { at }] of this.#ids) {
      if (now - at <= WINDOW) break
      this.#ids.delete(old)
    }
  }

  /** A restart must not make a retried publish a second message. */
  #load(now: number): void {
    this.#loaded = true
    if (!this.#store.durable) return
    const recent = this.#store.page(this.#channel, { direction: 'forwards', limit: 10_000, start: now - WINDOW })
    for (const version of recent) this.#ids.set(version.id, { serial: version.serial, at: version.timestamp })
  }
}
