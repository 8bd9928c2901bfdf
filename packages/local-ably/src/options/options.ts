import type { KeyOptions } from '../auth/keys.ts'
import type { FaultRequest } from '../faults/fault-request.ts'
import { resolveLimits, type Limits } from '../limits/limits.ts'
import { guardedClock, systemClock, type Clock } from '../shared/clock.ts'
import { describeFailure } from '../shared/guarded.ts'
import { printable } from '../shared/printable.ts'
import type { WebhookRule } from '../webhooks/webhook-rule.ts'
import type { NamespaceRule } from './namespace-rules.ts'

/** The key of the command line, and of `createLocalAbly` without `keys`. */
export const DEFAULT_KEY = 'local.dev:streamfold'

export interface LocalAblyOptions {
  /** Port to listen on; 0, the default, takes a free one. */
  readonly port?: number
  /** Address to listen on; both loopback addresses by default, so that `localhost` works however it resolves. */
  readonly host?: string
  /**
   * Origins whose pages may use the server, as `https://app.test`, besides those of this machine (`localhost`, 127.0.0.1, [::1] and
   * names below `localhost`, on any port); none by default. `'null'` stands for every frame in a sandbox and every page of a file.
   */
  readonly origins?: readonly string[]
  /**
   * Names under which clients reach the server, or a proxy in front of it, besides addresses and the names of this machine; none by
   * default. `.box.test` stands for the name and all below it. Pages of these names may use the server, too.
   */
  readonly hosts?: readonly string[]
  /** Whether `POST /apps` needs no key, for test suites that have none when they begin; false by default. */
  readonly openApps?: boolean
  /** Keys as `appId.keyId:secret`, or with a capability; `local.dev:streamfold` by default. */
  readonly keys?: readonly (string | KeyOptions)[]
  /** `:memory:` (default), or a file that keeps messages and serials across restarts. */
  readonly data?: string
  /**
   * Rules by channel namespace (the segment before the first `:`), `*` for those without one of their own.
   * `mutableMessages` is on unless switched off, or on for other namespaces only.
   */
  readonly rules?: Readonly<Record<string, NamespaceRule>>
  /** Endpoints that messages are posted to; none by default. An application of `POST /apps` has none. */
  readonly webhooks?: readonly WebhookRule[]
  /** Faults in force from the start, written as for `POST /faults`; none by default. */
  readonly faults?: readonly FaultRequest[]
  /** Time source; the system clock by default. */
  readonly clock?: Clock
  /** How long a dropped connection can be resumed, ms; 120 000 by default. */
  readonly connectionStateTtl?: number
  /** How long a channel replays what a client missed, ms; 120 000 by default. */
  readonly backlogRetention?: number
  /** How long the members of a dropped connection stay present, ms; 15 000 by default. */
  readonly presenceLeaveDelay?: number
  /** Longest silence a client will see, ms; 15 000 by default. */
  readonly maxIdleInterval?: number
  /** Largest message, and largest a message may grow by appends, bytes; 65 536 by default. */
  readonly maxMessageSize?: number
  /** Appends of one connection to one message within this time become one version, ms; 40 by default, 0 = off. */
  readonly appendRollupWindow?: number
  /** How long persisted channels keep messages, ms; 259 200 000 (72 hours) by default. Others keep them for two minutes. */
  readonly persistedRetention?: number
  /**
   * Most bytes that wait for a client that does not read them, 16 777 216 by default; above it the connection is dropped, and resumes.
   */
  readonly maxUnreadBytes?: number
  /** Limits of the service to imitate: `'ably'` for all that it documents; by default no rates, 200 channels, 200 members. */
  readonly limits?: 'ably' | Partial<Limits>
  /** Called with one line, safe to print, for each thing that happens: connections, requests and failures; by default nothing is. */
  readonly log?: (line: string) => void
}

export interface ResolvedOptions extends Required<Omit<LocalAblyOptions, 'host' | 'limits'>> {
  readonly host: string | undefined
  readonly limits: Limits
}

export function resolveOptions(options: LocalAblyOptions): ResolvedOptions {
  const told = options.log
  const log = told === undefined ? () => {} : (line: string) => told(printable(line))
  return {
    port: options.port ?? 0,
    host: options.host,
    origins: options.origins ?? [],
    hosts: options.hosts ?? [],
    openApps: options.openApps ?? false,
    keys: options.keys?.length ? options.keys : [DEFAULT_KEY],
    data: options.data ?? ':memory:',
    rules: options.rules ?? {},
    webhooks: options.webhooks ?? [],
    faults: options.faults ?? [],
    clock: guardedClock(options.clock ?? systemClock, (error) => log(describeFailure('a timer', error))),
    connectionStateTtl: options.connectionStateTtl ?? 120_000,
    backlogRetention: options.backlogRetention ?? 120_000,
    presenceLeaveDelay: options.presenceLeaveDelay ?? 15_000,
    maxIdleInterval: options.maxIdleInterval ?? 15_000,
    maxMessageSize: options.maxMessageSize ?? 65_536,
    appendRollupWindow: options.appendRollupWindow ?? 40,
    persistedRetention: options.persistedRetention ?? 259_200_000,
    maxUnreadBytes: options.maxUnreadBytes ?? 16_777_216,
    limits: resolveLimits(options.limits),
    log,
  }
}
