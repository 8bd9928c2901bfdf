import { randomBytes } from 'node:crypto'
import type { ResolvedOptions } from '../options/options.ts'
import { AblyError } from '../protocol/ably-error.ts'
import type { Connection } from './connection.ts'

/** The connections that are open or can still be resumed. */
export class Connections {
  readonly #options: ResolvedOptions
  readonly #byId = new Map<string, Connection>()
  readonly #expiry = new Map<string, () => void>()
  readonly serverId = `local-${randomBytes(4).toString('hex')}`

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#byId.values()
  }

  get(id: string): Connection | undefined {
    return this.#byId.get(id)
  }

  /** The connection a key belongs to, however old the key. */
  byKey(key: string): Connection | undefined {
    const connection = this.#byId.get(key.split('!')[0] ?? '')
    return connection?.hasKey(key) ? connection : undefined
  }

  /** Throws 40111/403 when the application has as many connections as it may. */
  add(connection: Connection): void {
    const { connections } = this.#options.limits
    if (this.#byId.size >= connections) {
      throw new AblyError(40111, 403, `unable to connect; the application may have ${connections} connections`)
    }
    this.#byId.set(connection.id, connection)
  }

  /** Starts the time in which a dropped connection can be resumed. */
  startExpiry(connection: Connection): void {
    this.stopExpiry(connection)
    const { clock, connectionStateTtl } = this.#options
    this.#expiry.set(
      connection.id,
      clock.after(connectionStateTtl, () => this.remove(connection)),
    )
  }

  stopExpiry(connection: Connection): void {
    this.#expiry.get(connection.id)?.()
    this.#expiry.delete(connection.id)
  }

  /** Removes every connection without closing it (fault). */
  forget(): void {
    for (const cancel of this.#expiry.values()) cancel()
    this.#expiry.clear()
    this.#byId.clear()
  }

  remove({ id }: { readonly id: string }): void {
    const connection = this.#byId.get(id)
    if (connection === undefined) return
    this.stopExpiry(connection)
    this.#byId.delete(id)
    connection.close()
  }
}

/** The error of a resume with this key (P73). */
export function resumeFailure(key: string): AblyError {
  if (!/^\w+!\w+$/.test(key)) return new AblyError(80018, 400, 'unable to resume; the connection key is malformed')
  return new AblyError(80008, 400, 'unable to resume; the connection has expired')
}
