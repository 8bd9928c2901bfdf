import { RateWindow } from '../limits/rate-window.ts'
import type { MessageVersion } from '../message/message-version.ts'
import { retentionOf } from '../options/namespace-rules.ts'
import { ChannelSerials } from '../protocol/serials.ts'
import { Backlog } from './backlog.ts'
import type { ChannelHost } from './channel-host.ts'
import { Occupancy } from './presence/occupancy.ts'
import { PresenceSet } from './presence/presence-set.ts'
import { PublishedIds } from './publish/published-ids.ts'
import type { Subscription } from './deliver/subscription.ts'

/** The appends to one message that were accepted and are not published yet. */
export interface PendingAppends {
  readonly serial: string
  flush(): void
}

/** One channel of the server: its subscribers, serials, backlog and presence. */
export class Channel {
  readonly name: string
  readonly host: ChannelHost
  readonly attachments = new Set<Subscription>()
  readonly serials: ChannelSerials
  backlog: Backlog
  readonly presence = new PresenceSet()
  readonly publishedIds: PublishedIds
  readonly occupancy: Occupancy
  readonly rates = { messages: new RateWindow(), bytes: new RateWindow() }
  readonly appendWindows = new Set<PendingAppends>()
  /** A client with an older serial has lost continuity, even if the backlog still reaches that far (fault). */
  forgottenUntil = ''
  /** When a client was last detached, ms since 1970. */
  leftAt = Number.NEGATIVE_INFINITY
  /** Messages used recently, so that an append does not read the store. */
  readonly #recent = new Map<string, MessageVersion>()
  #lastUsed = ''
  readonly #retention: number
  #expiredAt = 0

  constructor(name: string, host: ChannelHost) {
    this.name = name
    this.host = host
    this.serials = new ChannelSerials(name, host.options.clock, host.store.lastSerial(name))
    this.backlog = new Backlog(host.options.backlogRetention, this.serials.head)
    this.publishedIds = new PublishedIds(host.store, name)
    this.occupancy = new Occupancy(this)
    this.#retention = retentionOf(host.options, name)
  }

  /** Messages created before this time, ms since 1970, are forgotten. */
  get keptSince(): number {
    return this.host.options.clock.now() - this.#retention
  }

  /** Whether the channel can be removed from memory: the store has everything that it needs. */
  get idle(): boolean {
    const { clock, backlogRetention, connectionStateTtl } = this.host.options
    const now = clock.now()
    this.backlog.trim(now)
    this.presence.expire(this.keptSince)
    const used = this.attachments.size + this.presence.size + this.presence.history().length + this.appendWindows.size
    if (used + this.backlog.size > 0 || this.publishedIds.busy(now)) return false
    // A client that was attached may return with a serial that a channel from the store would not recognise.
    return now - this.leftAt >= Math.max(backlogRetention, connectionStateTtl)
  }

  message(serial: string): MessageVersion | undefined {
    const found = this.#recent.get(serial) ?? this.host.store.get(this.name, serial)
    return found !== undefined && found.timestamp < this.keptSince ? undefined : found
  }

  /** Removes expired messages, at most once a minute (P24). */
  expire(): void {
    const now = this.host.options.clock.now()
    if (now - this.#expiredAt < 60_000) return
    this.#expiredAt = now
    const { keptSince } = this
    this.host.store.expire(this.name, keptSince)
    this.presence.expire(keptSince)
    for (const [serial, { timestamp }] of this.#recent) if (timestamp < keptSince) this.#recent.delete(serial)
  }

  /** Returns to the state of the store: the rest in memory was never stored. */
  forgetUnstored(): void {
    this.#recent.clear()
    this.#lastUsed = ''
    this.publishedIds.forget()
    this.forgottenUntil = this.serials.next().channelSerial
    this.backlog = new Backlog(this.host.options.backlogRetention, this.forgottenUntil)
  }

  /** Publishes the pending appends to a message, so that what comes next comes after them. */
  flushAppends(serial: string): void {
    for (const window of this.appendWindows) if (window.serial === serial) window.flush()
  }

  remember(version: MessageVersion): void {
    // Re-inserted so that the order of the map is the order of use.
    if (this.#lastUsed !== version.serial) this.#recent.delete(version.serial)
    this.#lastUsed = version.serial
    this.#recent.set(version.serial, version)
    if (this.#recent.size > 1000) {
      for (const oldest of this.#recent.keys()) {
        this.#recent.delete(oldest)
        break
      }
    }
  }
}
