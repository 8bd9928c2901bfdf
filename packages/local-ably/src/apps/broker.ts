import { Keys } from '../auth/keys.ts'
import { Revocations } from '../auth/revocations.ts'
import { TokenRequests } from '../auth/token-request.ts'
import { Channel } from '../channel/channel.ts'
import { Connections } from '../connection/connections.ts'
import type { FaultRules } from '../faults/fault-rules.ts'
import type { ResolvedOptions } from '../options/options.ts'
import type { Store } from '../store/store.ts'
import { Webhooks } from '../webhooks/webhooks.ts'

/** Above this many channels the unused ones are removed at once; the store brings them back unchanged. */
const SWEEP_AT = 5000

/** The state of one application: its keys, connections and channels. It is the host of each connection and channel. */
export class Broker {
  readonly options: ResolvedOptions
  readonly store: Store
  readonly keys: Keys
  readonly tokenRequests = new TokenRequests()
  readonly revocations = new Revocations()
  readonly connections: Connections
  /** The faults in force, shared by all applications of a server. */
  readonly faults: FaultRules
  readonly webhooks: Webhooks
  readonly #channels = new Map<string, Channel>()
  #sweepAt = SWEEP_AT

  constructor(options: ResolvedOptions, store: Store, faults: FaultRules) {
    this.options = options
    this.store = store
    this.keys = new Keys(options.keys)
    this.connections = new Connections(options)
    this.faults = faults
    const [appId = ''] = this.keys.names()[0]?.split('.') ?? []
    this.webhooks = new Webhooks(options.webhooks, { appId, keys: this.keys, clock: options.clock, log: options.log })
  }

  /** The channel of a name without qualifier; it is created on first use. */
  channel(name: string): Channel {
    let channel = this.#channels.get(name)
    if (channel === undefined) {
      if (this.#channels.size >= this.#sweepAt) this.sweep()
      channel = new Channel(name, this)
      this.#channels.set(name, channel)
    }
    return channel
  }

  channels(): IterableIterator<Channel> {
    return this.#channels.values()
  }

  /** Drops what a process loses when it dies: connections, presence, backlogs and messages in memory (fault). */
  forget(): void {
    for (const connection of this.connections) connection.transport?.cut()
    this.connections.forget()
    this.#channels.clear()
    this.store.forget()
  }

  /** Removes unused channels. */
  sweep(): void {
    for (const [name, channel] of this.#channels) if (channel.idle) this.#channels.delete(name)
    this.#sweepAt = Math.max(SWEEP_AT, this.#channels.size * 2)
  }
}
