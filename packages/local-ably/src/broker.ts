import { Keys } from './auth/keys.ts'
import { TokenRequests } from './auth/token-request.ts'
import { Channel } from './channel/channel.ts'
import { Connections } from './connection/connections.ts'
import { FaultRules } from './faults/fault-rules.ts'
import type { ResolvedOptions } from './options.ts'
import type { Store } from './store/store.ts'

/** Everything one server holds; the protocol handlers get at each other's state through it. */
export class Broker {
  readonly options: ResolvedOptions
  readonly store: Store
  readonly keys: Keys
  readonly tokenRequests = new TokenRequests()
  readonly connections: Connections
  readonly faults: FaultRules
  readonly #channels = new Map<string, Channel>()

  constructor(options: ResolvedOptions, store: Store) {
    this.options = options
    this.store = store
    this.keys = new Keys(options.keys)
    this.connections = new Connections(this)
    this.faults = new FaultRules(options.clock)
  }

  /** The channel of a name without qualifier; it exists as soon as somebody mentions it. */
  channel(name: string): Channel {
    let channel = this.#channels.get(name)
    if (channel === undefined) {
      channel = new Channel(name, this)
      this.#channels.set(name, channel)
    }
    return channel
  }

  channels(): IterableIterator<Channel> {
    return this.#channels.values()
  }
}
