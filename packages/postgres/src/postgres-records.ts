import { fromPlainText, toPlainText } from '@streamfold/core/transport'
import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { statements } from './statements.ts'

/** For the options `journal` and `waiting` of `createAgentHandler`: what `handler.recover()` of the next process reads. */
export interface PostgresRecords {
  /** The prompts that are being answered. */
  readonly journal: {
    begin(channelName: string, promptSerial: string): Promise<void>
    end(channelName: string, promptSerial: string): Promise<void>
    left(): Promise<readonly string[]>
    forget(channelName: string): Promise<void>
  }
  /** The responses that wait for people. */
  readonly waiting: {
    add(channelName: string, responseSerial: string): Promise<void>
    remove(channelName: string, responseSerial: string): Promise<void>
    all(): Promise<ReadonlyMap<string, readonly string[]>>
  }
}

/**
 * Records in PostgreSQL what an agent works on and what waits for people, so that the next process closes or continues what a crash or a deployment has left open:
 * `createAgentHandler({ …, ...createPostgresRecords(pool) })`, and `handler.recover()` when a process starts. Call `migrate` before. Any number of processes may share
 * them; call it once in each, because its calls tell the work of processes apart.
 *
 * @param pool a `Pool` of `pg`, a PGlite, or anything with `query`. It stays open.
 * @throws TypeError when the name of the schema has other characters than letters, digits and `_`
 */
export function createPostgresRecords(pool: PostgresPool, options: PostgresOptions = {}): PostgresRecords {
  const run = statements(pool, options)
  const author = crypto.randomUUID()
  /** What `left` found: work that others have begun since is not forgotten. */
  let found: readonly { readonly channel: string; readonly prompt: string; readonly author: string }[] = []

  async function remove(channel: string, prompt: string, by: string): Promise<void> {
    await run('DELETE FROM SCHEMA.work WHERE channel = $1 AND prompt = $2 AND author = $3', channel, prompt, by)
  }

  return {
    journal: {
      async begin(channel, prompt) {
        const values = [toPlainText(channel), toPlainText(prompt), author]
        await run('INSERT INTO SCHEMA.work (channel, prompt, author) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', ...values)
      },
      end: (channel, prompt) => remove(toPlainText(channel), toPlainText(prompt), author),
      async left() {
        const rows = await run('SELECT channel, prompt, author FROM SCHEMA.work WHERE author <> $1 ORDER BY begun_at', author)
        found = rows.map((row) => ({
          channel: String(row['channel']),
          prompt: String(row['prompt']),
          author: String(row['author']),
        }))
        return [...new Set(found.map(({ channel }) => fromPlainText(channel)))]
      },
      async forget(name) {
        const channel = toPlainText(name)
        const done = found.filter((each) => each.channel === channel)
        found = found.filter((each) => each.channel !== channel)
        for (const { prompt, author: by } of done) await remove(channel, prompt, by)
      },
    },
    waiting: {
      async add(channel, response) {
        const values = [channel, response].map(toPlainText)
        await run('INSERT INTO SCHEMA.waiting (channel, response) VALUES ($1, $2) ON CONFLICT DO NOTHING', ...values)
      },
      async remove(channel, response) {
        await run('DELETE FROM SCHEMA.waiting WHERE channel = $1 AND response = $2', ...[channel, response].map(toPlainText))
      },
      async all() {
        const rows = await run('SELECT channel, response FROM SCHEMA.waiting ORDER BY response DESC')
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
    },
  }
}
