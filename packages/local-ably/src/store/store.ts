import type { MessageVersion } from '../message/message-version.ts'
import type { AblyError } from '../protocol/ably-error.ts'
import type { Data, WireAnnotation } from '../protocol/protocol-message.ts'

export interface Page {
  readonly direction: 'backwards' | 'forwards'
  readonly limit: number
  /** Continue behind this serial, exclusive. */
  readonly cursor?: string | undefined
  /** The newest message serial to return, inclusive. */
  readonly until?: string | undefined
  /** Bounds of the creation time in ms, inclusive. */
  readonly start?: number | undefined
  readonly end?: number | undefined
}

/** Called when what was written is kept, or with the reason why it is lost. */
export type Committed = (error?: AblyError) => void

/**
 * Stores messages. Calls are synchronous, and a read sees every earlier write. `committed` reports when the writes so far
 * survive the process; only then they may be acknowledged. A write may throw: then nothing of it, and nothing else that was
 * not yet committed, is kept.
 */
export interface Store {
  /** Whether another process can read what this one wrote: decides if a channel can be resumed after a restart. */
  readonly durable: boolean
  /** The newest channel serial used by a message or version of the channel. */
  lastSerial(channel: string): string | undefined
  insert(channel: string, versions: readonly MessageVersion[]): void
  /** A new version with data of its own: an update or a delete. */
  replace(channel: string, version: MessageVersion): void
  /** A new version whose body is the previous one plus `increment`. */
  append(channel: string, version: MessageVersion, increment: Data): void
  get(channel: string, serial: string): MessageVersion | undefined
  /** Messages in their latest state, at the position of their creation. */
  page(channel: string, page: Page): readonly MessageVersion[]
  /** The create, updates and deletes of one message, oldest first; appends are not versions of their own. */
  versions(channel: string, serial: string): readonly MessageVersion[]
  /** Messages changed after a channel serial, in the order of their latest change. */
  changedSince(channel: string, channelSerial: string): readonly MessageVersion[]
  /** Keeps an annotation, and with it the message whose summary it changed. */
  annotate(channel: string, version: MessageVersion, annotation: WireAnnotation): void
  /** The annotations of one message, oldest first. */
  annotations(channel: string, serial: string): readonly WireAnnotation[]
  /** The names of all channels that have messages. */
  channels(): Iterable<string>
  /** Drops the messages created before a time, ms since 1970. */
  expire(channel: string, before: number): void
  /** The applications saved by `saveApp`, as JSON. */
  apps(): readonly string[]
  saveApp(appId: string, json: string): void
  /** Removes an application and every channel that begins with `scope`. */
  removeApp(appId: string, scope: string): void
  /** Loses what a process that ends loses. */
  forget(): void
  committed(done: Committed): void
  /** Calls the listener with the channels whose latest writes are lost, each time that happens. */
  onLost(listener: (channels: ReadonlySet<string>) => void): void
  close(): void
}
