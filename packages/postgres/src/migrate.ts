import { archive1 } from './migrations/archive-1.ts'
import { records2 } from './migrations/records-2.ts'
import { signsOfLife4 } from './migrations/signs-of-life-4.ts'
import { withheld3 } from './migrations/withheld-3.ts'
import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { codeOf, quotedSchema } from './postgres-pool.ts'

/** One step of the schema. */
export interface Migration {
  readonly version: number
  /** One statement. It does nothing where the version is there already. */
  readonly sql: string
}

/** In the order of their versions. One may run while instances of the release before are at work: it adds, and takes nothing away. */
const steps: readonly ((schema: string) => string)[] = [archive1, records2, withheld3, signsOfLife4]

/**
 * Brings the schema of the archive up to this release. Call it when a process starts, or in a deployment: it does nothing where nothing is to be done, and of
 * several that run at once one migrates and the others wait. Once the schema is there, a role that may not change it may call it, too.
 *
 * @throws the database's error; a step that fails leaves nothing behind
 */
export async function migrate(pool: PostgresPool, options: PostgresOptions = {}): Promise<void> {
  for (const { sql } of migrations(options)) await run(pool, sql)
}

/**
 * Of a step that waited for another instance, under an isolation level that is stricter than the default: it sees the schema as it was before it waited, so what it
 * makes is there already. The statement that comes next sees that nothing is to be done.
 */
const overtaken: ReadonlySet<unknown> = new Set(['42P06', '42P07', '42710', '42701', '42723', '23505', '40001'])
const ATTEMPTS = 5

async function run(pool: PostgresPool, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.query(sql)
      return
    } catch (error) {
      if (!overtaken.has(codeOf(error)) || attempt === ATTEMPTS) throw error
    }
  }
}

/** The steps of `migrate` as SQL, for a migration tool of your own: run all of them with each release, in this order. @throws TypeError */
export function migrations(options: PostgresOptions = {}): readonly Migration[] {
  const schema = quotedSchema(options)
  return steps.map((step, at) => ({ version: at + 1, sql: statement(schema, at + 1, step(schema)) }))
}

/** One statement is one transaction, whatever pools and proxies are between. */
function statement(schema: string, version: number, sql: string): string {
  return `DO $migrate$
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('streamfold migrate ${schema}', 0));
    IF to_regclass('${schema}.migration') IS NULL THEN
      IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF;
      CREATE TABLE ${schema}.migration (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
    END IF;
    IF EXISTS (SELECT FROM ${schema}.migration WHERE version = ${version}) THEN RETURN; END IF;
${sql}
    INSERT INTO ${schema}.migration (version) VALUES (${version});
  END $migrate$`
}
