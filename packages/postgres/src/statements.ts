import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { quotedSchema } from './postgres-pool.ts'

/** Runs a statement; `SCHEMA` in it stands for the schema. */
export type Run = (sql: string, ...values: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Of a schema, a table and a function that do not exist. */
const missing: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42883'])

export function statements(pool: PostgresPool, options: PostgresOptions): Run {
  const schema = quotedSchema(options)
  return async (sql, ...values) => {
    try {
      const { rows } = await pool.query(sql.replaceAll('SCHEMA', schema), [...values])
      return rows as readonly Readonly<Record<string, unknown>>[] // Each driver makes an object of a row unless it is asked for something else.
    } catch (cause) {
      if (!missing.has((cause as { code?: unknown } | undefined)?.code)) throw cause
      throw new Error(
        `unable to use the archive; the schema ${schema} lacks something: call migrate(pool) when the process starts`,
        { cause },
      )
    }
  }
}
