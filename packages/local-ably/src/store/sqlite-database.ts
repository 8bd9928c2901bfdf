import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row } from './sqlite-rows.ts'

type Value = string | number | Uint8Array | null

/** A file of SQLite, in which everything written in one turn of the event loop is one transaction. */
export class SqliteDatabase {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #waiting: (() => void)[] = []
  #inTransaction = false

  constructor(file: string, schema: string) {
    this.#db = new DatabaseSync(file)
    this.#db.exec(schema)
  }

  /** Changes something; committed when the turn is over. */
  run(sql: string, ...values: Value[]): void {
    this.#begin()
    this.#statement(sql).run(...values)
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return this.#statement(sql).all(...values)
  }

  /** Calls `done` when what has been written so far is in the file: now, where it is. */
  committed(done: () => void): void {
    if (this.#inTransaction) this.#waiting.push(done)
    else done()
  }

  /** Does not wait for the end of the turn. */
  commit(): void {
    if (!this.#inTransaction) return
    this.#db.exec('COMMIT')
    this.#inTransaction = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done()
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

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
