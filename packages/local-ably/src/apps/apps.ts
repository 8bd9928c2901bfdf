import { appIdIn, type Credentials } from '../auth/credentials.ts'
import { lose } from '../channel/lose.ts'
import { FaultRules } from '../faults/fault-rules.ts'
import { retentionOf } from '../options/namespace-rules.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { ScopedStore } from '../store/scoped-store.ts'
import type { Store } from '../store/store.ts'
import { createAppSpec, optionsOf, type AppSpec, type AppRequest } from './app-spec.ts'
import { Broker } from './broker.ts'
import { enterFixtures } from './presence-fixtures.ts'

/** How often, ms. */
const TIDY_EVERY = 60_000

/** The applications of one server: the one of its own keys, and those that a test suite creates with `POST /apps` (P97). */
export class Apps {
  readonly main: Broker
  readonly faults: FaultRules
  readonly store: Store
  readonly #options: ResolvedOptions
  readonly #created = new Map<string, Broker>()

  constructor(options: ResolvedOptions, store: Store) {
    this.#options = options
    this.store = store
    this.faults = new FaultRules(options.clock)
    this.main = new Broker(options, store, this.faults)
    store.onLost((channels) => this.#lost(channels))
    for (const json of store.apps()) {
      // Only `create` below writes this value.
      this.#open(JSON.parse(json) as AppSpec)
    }
  }

  [Symbol.iterator](): IterableIterator<Broker> {
    return [this.main, ...this.#created.values()].values()
  }

  /** The application that credentials name. For an unknown one it is the server's own, whose keys then refuse the credentials. */
  of(credentials: Credentials | undefined): Broker {
    return this.byId(appIdIn(credentials)) ?? this.main
  }

  byId(appId: string | undefined): Broker | undefined {
    return appId === undefined ? undefined : this.#created.get(appId)
  }

  create(request: AppRequest): AppSpec {
    const spec = createAppSpec(request)
    enterFixtures(this.#open(spec), spec)
    this.store.saveApp(spec.appId, JSON.stringify(spec))
    return spec
  }

  /** Removes an application, its messages and its connections; false when there is none. */
  remove(appId: string): boolean {
    const broker = this.#created.get(appId)
    if (broker === undefined) return false
    this.#created.delete(appId)
    broker.forget()
    this.store.removeApp(appId, scopeOf(appId))
    return true
  }

  /** Removes expired messages and unused channels once a minute. Returns a function that stops it. */
  keepTidy(): () => void {
    const { clock } = this.#options
    let stop: () => void
    const tidy = (): void => {
      stop = clock.after(TIDY_EVERY, tidy)
      this.#expire(clock.now())
      for (const broker of this) broker.sweep()
    }
    stop = clock.after(TIDY_EVERY, tidy)
    return () => stop()
  }

  #expire(now: number): void {
    for (const scoped of this.store.channels()) {
      const [broker, name] = this.#resolve(scoped)
      if (broker !== undefined) this.store.expire(scoped, now - retentionOf(broker.options, name))
    }
  }

  /** The application that a channel in the store belongs to, and the channel's name there. */
  #resolve(scoped: string): readonly [Broker | undefined, string] {
    const [first = '', name] = scoped.split(SCOPE_END)
    return name === undefined ? [this.main, first] : [this.byId(first), name]
  }

  #lost(channels: ReadonlySet<string>): void {
    for (const scoped of channels) {
      const [broker, name] = this.#resolve(scoped)
      if (broker !== undefined) lose(broker.channel(name))
    }
  }

  #open(spec: AppSpec): Broker {
    const store = new ScopedStore(this.store, scopeOf(spec.appId))
    const broker = new Broker(optionsOf(this.#options, spec), store, this.faults)
    this.#created.set(spec.appId, broker)
    return broker
  }
}

/** A channel name has no line break, so an application cannot address a channel of another. */
const SCOPE_END = '\n'

function scopeOf(appId: string): string {
  return appId + SCOPE_END
}
