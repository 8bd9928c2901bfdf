import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { codeOf, quotedSchema } from './postgres-pool.ts'

/** Runs a statement; `SCHEMA` in it stands for the schema. */
export type Run = (sql: string, ...values: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Of a schema, a table and a function that do not exist. */
const missing: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42883'])

/** Of a transaction that another one stands in the way of, under an isolation level that is stricter than the default; and of a deadlock. Both may be tried again. */
const conflicts: ReadonlySet<unknown> = new Set(['40001', '40P01'])

/** Each time one of those in conflict gets on, so it takes as many times as there are writers to one conversation. */
const ATTEMPTS = 100

export function statements(pool: PostgresPool, options: PostgresOptions): Run {
  const schema = quotedSchema(options)
  return async (sql, ...values) => {
    const text = sql.replaceAll('SCHEMA', schema)
    for (let attempt = 1; ; attempt++) {
      try {
        const { rows } = await pool.query(text, [...values])
        return rows as readonly Readonly<Record<string, unknown>>[] // Each driver makes an object of a row unless it is asked for something else.
      } catch (cause) {
        const code = codeOf(cause)
        if (missing.has(code)) throw notMigrated(schema, cause)
        if (!conflicts.has(code) || attempt === ATTEMPTS) throw cause
      }
    }
  }
}

function notMigrated(schema: string, cause: unknown): Error {
  return new Error(
    `unable to use the database; the schema ${schema} lacks something: call migrate(pool) when the process starts`,
    { cause },
  )
}
