import { fromPlainText, toPlainText } from '@streamfold/core/transport'
import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { statements } from './statements.ts'

/** For the options `journal` and `waiting` of `createAgentHandler`: what `handler.recover()` of another process reads. */
export interface PostgresRecords {
  /** The prompts that are being answered. */
  readonly journal: {
    begin(channelName: string, promptSerial: string): Promise<void>
    end(channelName: string, promptSerial: string): Promise<void>
    left(silence?: number): Promise<readonly string[]>
    forget(channelName: string): Promise<void>
    alive(): Promise<void>
  }
  /** The responses that wait for people. */
  readonly waiting: {
    add(channelName: string, responseSerial: string): Promise<void>
    remove(channelName: string, responseSerial: string): Promise<void>
    all(silence?: number): Promise<ReadonlyMap<string, readonly string[]>>
    alive(): Promise<void>
  }
}

/**
 * Records in PostgreSQL what an agent works on and what waits for people, so that another process closes or continues what a crash or a deployment has left open:
 * `createAgentHandler({ …, ...createPostgresRecords(pool) })`, and `handler.recover({ every: 15_000 })` when a process starts. Call `migrate` before. Any number of processes may share
 * them; call it once in each, because its calls tell the work of processes apart.
 *
 * @param pool a `Pool` of `pg`, a PGlite, or anything with `query`. It stays open.
 * @throws TypeError when the name of the schema has other characters than letters, digits and `_`
 */
export function createPostgresRecords(pool: PostgresPool, options: PostgresOptions = {}): PostgresRecords {
  const run = statements(pool, options)
  const author = crypto.randomUUID()
  /** What `left` found, by channel, until it is forgotten: work that others have begun since is not. */
  const found = new Map<string, readonly Found[]>()

  return {
    journal: {
      async begin(channel, prompt) {
        const values = [toPlainText(channel), toPlainText(prompt), author]
        await run('INSERT INTO SCHEMA.work (channel, prompt, author) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', ...values)
      },
      async end(channel, prompt) {
        const values = [toPlainText(channel), toPlainText(prompt), author]
        await run('DELETE FROM SCHEMA.work WHERE channel = $1 AND prompt = $2 AND author = $3', ...values)
      },
      async left(silence) {
        const rows = await run(left, author, silence ?? null)
        const channels = new Map<string, Found[]>()
        for (const row of rows) {
          const channel = fromPlainText(String(row['channel']))
          const known = channels.get(channel) ?? []
          known.push({ prompt: String(row['prompt']), author: String(row['author']), seenAt: String(row['seen_at']) })
          channels.set(channel, known)
        }
        for (const [channel, each] of channels) if (!found.has(channel)) found.set(channel, each)
        return [...channels.keys()]
      },
      async forget(channel) {
        const done = found.get(channel) ?? []
        found.delete(channel)
        for (const { prompt, author: by, seenAt } of done) await run(forget, toPlainText(channel), prompt, by, seenAt)
      },
      async alive() {
        await run('UPDATE SCHEMA.work SET seen_at = now() WHERE author = $1', author)
      },
    },
    waiting: {
      async add(channel, response) {
        await run(add, toPlainText(channel), toPlainText(response), author)
      },
      async remove(channel, response) {
        await run('DELETE FROM SCHEMA.waiting WHERE channel = $1 AND response = $2', ...[channel, response].map(toPlainText))
      },
      async all(silence) {
        const rows = await run(all, silence ?? null)
        const responses = new Map<string, string[]>()
        for (const row of rows) {
          const channel = fromPlainText(String(row['channel']))
          const known = responses.get(channel)
          const response = fromPlainText(String(row['response']))
          if (known) known.push(response)
          else responses.set(channel, [response])
        }
        return responses
      },
      async alive() {
        await run('UPDATE SCHEMA.waiting SET seen_at = now() WHERE author = $1', author)
      },
    },
  }
}

/** Work of another process. */
interface Found {
  readonly prompt: string
  readonly author: string
  /** As text, because a date of JavaScript has no microseconds. */
  readonly seenAt: string
}

/** `$n` are the milliseconds since the last sign of life, or null. */
const silent = (n: number) =>
  `($${n}::double precision IS NULL OR seen_at < now() - $${n}::double precision * interval '1 millisecond')`

const left = `
  SELECT channel, prompt, author, seen_at::text AS seen_at FROM SCHEMA.work WHERE author <> $1 AND ${silent(2)} ORDER BY begun_at`

/** One whose process has shown since that it lives is that process's. */
const forget = `
  DELETE FROM SCHEMA.work WHERE channel = $1 AND prompt = $2 AND author = $3 AND seen_at = $4::timestamptz`

const add = `
  INSERT INTO SCHEMA.waiting (channel, response, author) VALUES ($1, $2, $3)
  ON CONFLICT (channel, response) DO UPDATE SET author = excluded.author, seen_at = now()`

const all = `
  SELECT channel, response FROM SCHEMA.waiting WHERE ${silent(1)} ORDER BY response DESC`
