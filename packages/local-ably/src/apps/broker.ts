import { Keys } from '../auth/keys.ts'
import { Revocations } from '../auth/revocations.ts'
import { TokenRequests } from '../auth/token-request.ts'
import { Channel } from '../channel/channel.ts'
import { Connections } from '../connection/connections.ts'
import type { FaultRules } from '../faults/fault-rules.ts'
import type { ResolvedOptions } from '../options/options.ts'
import type { Store } from '../store/store.ts'

/** Above this many channels those that nobody uses are forgotten at once; they come back as they were from the store. */
const SWEEP_AT = 5000

/** Everything one application holds; the protocol handlers get at each other's state through it. */
export class Broker {
  readonly options: ResolvedOptions
  readonly store: Store
  readonly keys: Keys
  readonly tokenRequests = new TokenRequests()
  readonly revocations = new Revocations()
  readonly connections: Connections
  /** The faults in force, shared by all applications of a server. */
  readonly faults: FaultRules
  readonly #channels = new Map<string, Channel>()
  #sweepAt = SWEEP_AT

  constructor(options: ResolvedOptions, store: Store, faults: FaultRules) {
    this.options = options
    this.store = store
    this.keys = new Keys(options.keys)
    this.connections = new Connections(options)
    this.faults = faults
  }

  /** The channel of a name without qualifier; it exists as soon as somebody mentions it. */
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

  /** What a process that dies takes with it: connections, presence, backlogs and what memory held (fault). */
  forget(): void {
    for (const connection of this.connections) connection.transport?.cut()
    this.connections.forget()
    this.#channels.clear()
    this.store.forget()
  }

  /** Lets go of channels that nobody uses: names that were only mentioned, and those of long ago. */
  sweep(): void {
    for (const [name, channel] of this.#channels) if (channel.idle) this.#channels.delete(name)
    this.#sweepAt = Math.max(SWEEP_AT, this.#channels.size * 2)
  }
}
