import type { MessageVersion } from '../message/message-version.ts'
import type { Data, WireAnnotation } from '../protocol/protocol-message.ts'
import type { Committed, Page, Store } from './store.ts'

/** A part of a store that one application has to itself: its channels under a prefix. */
export class ScopedStore implements Store {
  readonly #store: Store
  readonly #scope: string

  constructor(store: Store, scope: string) {
    this.#store = store
    this.#scope = scope
  }

  get durable(): boolean {
    return this.#store.durable
  }

  lastSerial(channel: string): string | undefined {
    return this.#store.lastSerial(this.#scope + channel)
  }

  insert(channel: string, versions: readonly MessageVersion[]): void {
    this.#store.insert(this.#scope + channel, versions)
  }

  replace(channel: string, version: MessageVersion): void {
    this.#store.replace(this.#scope + channel, version)
  }

  append(channel: string, version: MessageVersion, increment: Data): void {
    this.#store.append(this.#scope + channel, version, increment)
  }

  annotate(channel: string, version: MessageVersion, annotation: WireAnnotation): void {
    this.#store.annotate(this.#scope + channel, version, annotation)
  }

  get(channel: string, serial: string): MessageVersion | undefined {
    return this.#store.get(this.#scope + channel, serial)
  }

  page(channel: string, page: Page): readonly MessageVersion[] {
    return this.#store.page(this.#scope + channel, page)
  }

  versions(channel: string, serial: string): readonly MessageVersion[] {
    return this.#store.versions(this.#scope + channel, serial)
  }

  annotations(channel: string, serial: string): readonly WireAnnotation[] {
    return this.#store.annotations(this.#scope + channel, serial)
  }

  changedSince(channel: string, channelSerial: string): readonly MessageVersion[] {
    return this.#store.changedSince(this.#scope + channel, channelSerial)
  }

  /** Only the store of all applications lists channels. */
  channels(): Iterable<string> {
    return []
  }

  expire(channel: string, before: number): void {
    this.#store.expire(this.#scope + channel, before)
  }

  committed(done: Committed): void {
    this.#store.committed(done)
  }

  /** Only the store of all applications reports losses. */
  onLost(): void {}

  /** Applications of an application there are none. */
  apps(): readonly string[] {
    return []
  }

  saveApp(): void {}

  removeApp(): void {}

  /** The store as a whole forgets once, through the application of the server. */
  forget(): void {}

  close(): void {}
}
