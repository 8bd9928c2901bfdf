import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { AblyError } from '../protocol/ably-error.ts'
import type { Row } from './sqlite-rows.ts'
import type { Committed } from './store.ts'

type Value = string | number | Uint8Array | null

/**
 * The lock holds as long as the process, however it ends: a second server cannot open the file, and no lock is left behind. It is
 * taken at once and not with the first write.
 */
const LOCK = 'PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;'

/** A file of SQLite, in which everything written in one turn of the event loop is one transaction. */
export class SqliteDatabase {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #ended: (kept: boolean) => void
  #waiting: Committed[] = []
  #inTransaction = false

  /** Calls `ended` after each transaction, with an error if it is not in the file, as on a full disk. */
  constructor(file: string, schema: string, ended: (kept: boolean) => void) {
    this.#ended = ended
    this.#db = new DatabaseSync(file)
    try {
      this.#db.exec(LOCK + schema)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** Changes something; committed when the turn is over. Throws 50000 when it cannot, and all of the transaction is lost. */
  run(sql: string, ...values: Value[]): void {
    try {
      this.#begin()
      this.#statement(sql).run(...values)
    } catch (error) {
      throw this.#rollBack(error)
    }
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return this.#statement(sql).all(...values)
  }

  /** Calls `done` when what has been written so far is in the file, now where it is; with an error when it never will be. */
  committed(done: Committed): void {
    if (this.#inTransaction) this.#waiting.push(done)
    else done()
  }

  /** Does not wait for the end of the turn. */
  commit(): void {
    if (!this.#inTransaction) return
    try {
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#rollBack(error)
      return
    }
    this.#settle()
  }

  close(): void {
    this.commit()
    this.#db.close()
  }

  #begin(): void {
    if (this.#inTransaction) return
    this.#db.exec('BEGIN')
    this.#inTransaction = true
    setImmediate(() => this.commit())
  }

  /** Ends a transaction that failed, since a part of it must not be committed. */
  #rollBack(cause: unknown): AblyError {
    try {
      this.#db.exec('ROLLBACK')
    } catch {
      // SQLite itself has ended it, as it does when the disk is full.
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    const error = new AblyError(
      50000,
      500,
      `unable to store the message; ${reason}: make room for the data file, and send it again`,
    )
    this.#settle(error)
    return error
  }

  #settle(error?: AblyError): void {
    this.#inTransaction = false
    const waiting = this.#waiting
    this.#waiting = []
    this.#ended(error === undefined)
    for (const done of waiting) done(error)
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
