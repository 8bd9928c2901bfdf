import type { MessageVersion } from '../message/message-version.ts'
import type { WireAnnotation } from '../protocol/protocol-message.ts'
import { channelSerialOf } from '../protocol/serials.ts'
import type { Committed, Page, Store } from './store.ts'

interface Entry {
  latest: MessageVersion
  readonly versions: MessageVersion[]
  annotations: WireAnnotation[] | undefined
}

interface ChannelEntries {
  readonly bySerial: Map<string, Entry>
  /** In the order of creation, which is the order of the serials. */
  readonly ordered: Entry[]
  last: string
}

export class MemoryStore implements Store {
  readonly durable = false
  readonly #channels = new Map<string, ChannelEntries>()

  lastSerial(channel: string): string | undefined {
    return this.#channels.get(channel)?.last
  }

  insert(channel: string, versions: readonly MessageVersion[]): void {
    let entries = this.#channels.get(channel)
    if (entries === undefined) {
      entries = { bySerial: new Map(), ordered: [], last: '' }
      this.#channels.set(channel, entries)
    }
    for (const version of versions) {
      const entry: Entry = { latest: version, versions: [version], annotations: undefined }
      entries.bySerial.set(version.serial, entry)
      entries.ordered.push(entry)
      entries.last = channelSerialOf(version.serial)
    }
  }

  replace(channel: string, version: MessageVersion): void {
    this.append(channel, version)
    this.#entry(channel, version.serial)?.versions.push(version)
  }

  append(channel: string, version: MessageVersion): void {
    const entry = this.#entry(channel, version.serial)
    if (entry === undefined) return
    entry.latest = version
    const entries = this.#channels.get(channel)
    if (entries) entries.last = channelSerialOf(version.version.serial)
  }

  get(channel: string, serial: string): MessageVersion | undefined {
    return this.#entry(channel, serial)?.latest
  }

  page(channel: string, page: Page): readonly MessageVersion[] {
    const ordered = this.#channels.get(channel)?.ordered ?? []
    const step = page.direction === 'forwards' ? 1 : -1
    const found: MessageVersion[] = []
    let index = firstIndex(ordered, page)
    for (; index >= 0 && index < ordered.length && found.length < page.limit; index += step) {
      const latest = ordered[index]?.latest
      if (latest && within(latest, page)) found.push(latest)
    }
    return found
  }

  versions(channel: string, serial: string): readonly MessageVersion[] {
    return this.#entry(channel, serial)?.versions ?? []
  }

  changedSince(channel: string, channelSerial: string): readonly MessageVersion[] {
    const ordered = this.#channels.get(channel)?.ordered ?? []
    return ordered
      .map((entry) => entry.latest)
      .filter((latest) => channelSerialOf(latest.version.serial) > channelSerial)
      .sort((a, b) => (a.version.serial < b.version.serial ? -1 : 1))
  }

  annotate(channel: string, version: MessageVersion, annotation: WireAnnotation): void {
    const entry = this.#entry(channel, version.serial)
    if (entry === undefined) return
    entry.latest = version
    ;(entry.annotations ??= []).push(annotation)
  }

  annotations(channel: string, serial: string): readonly WireAnnotation[] {
    return this.#entry(channel, serial)?.annotations ?? []
  }

  channels(): Iterable<string> {
    return this.#channels.keys()
  }

  expire(channel: string, before: number): void {
    const entries = this.#channels.get(channel)
    if (entries === undefined) return
    const kept = entries.ordered.findIndex((entry) => entry.latest.timestamp >= before)
    for (const { latest } of entries.ordered.splice(0, kept === -1 ? entries.ordered.length : kept)) {
      entries.bySerial.delete(latest.serial)
    }
    if (entries.ordered.length === 0) this.#channels.delete(channel)
  }

  committed(done: Committed): void {
    done()
  }

  onLost(): void {}

  /** Applications live as long as the server does, which needs no store. */
  apps(): readonly string[] {
    return []
  }

  saveApp(): void {}

  removeApp(_appId: string, scope: string): void {
    for (const channel of this.#channels.keys()) if (channel.startsWith(scope)) this.#channels.delete(channel)
  }

  forget(): void {
    this.#channels.clear()
  }

  close(): void {
    this.#channels.clear()
  }

  #entry(channel: string, serial: string): Entry | undefined {
    return this.#channels.get(channel)?.bySerial.get(serial)
  }
}

function firstIndex(ordered: readonly Entry[], page: Page): number {
  if (page.direction === 'forwards') return page.cursor === undefined ? 0 : positionAfter(ordered, page.cursor)
  const bound = page.cursor ?? page.until
  if (bound === undefined) return ordered.length - 1
  // `within` drops the entry that equals the cursor.
  return positionAfter(ordered, bound) - 1
}

/** Index of the first entry whose serial is greater than `serial`. */
function positionAfter(ordered: readonly Entry[], serial: string): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ordered[middle]?.latest.serial ?? '') > serial) high = middle
    else low = middle + 1
  }
  return low
}

function within(version: MessageVersion, page: Page): boolean {
  if (page.cursor === version.serial) return false
  if (page.until !== undefined && version.serial > page.until) return false
  if (page.start !== undefined && version.timestamp < page.start) return false
  return page.end === undefined || version.timestamp <= page.end
}
