import type { ArchivedMessage, ConversationIndex, ResponseArchive, WithheldStore } from '@streamfold/core/transport'
import { fromPlainText, toPlainText } from '@streamfold/core/transport'
import { batchesOf } from './batches.ts'
import { createConversations } from './conversations.ts'
import type { PostgresOptions, PostgresPool } from './postgres-pool.ts'
import { statements } from './statements.ts'

/** An archive with everything that an archive may have. */
export interface PostgresArchive extends ResponseArchive {
  channels(since: number): Promise<readonly string[]>
  readonly withheld: WithheldStore
  readonly conversations: ConversationIndex
}

/**
 * Creates the archive of an agent in PostgreSQL. Call `migrate` before.
 *
 * Any number of processes may write at once. Every function is one statement, or for a page of several megabytes a few, so that it works behind proxies that
 * pool by transaction. Under an isolation level that is stricter than `read committed`, it tries again what the database refuses.
 *
 * @param pool a `Pool` of `pg`, a PGlite, or anything with `query`. It stays open.
 * @throws TypeError when the name of the schema has other characters than letters, digits and `_`
 */
export function createPostgresArchive(pool: PostgresPool, options: PostgresOptions = {}): PostgresArchive {
  const run = statements(pool, options)
  return {
    async put(channel, { messages, upTo }) {
      const batches = batchesOf(messages)
      for (const [at, batch] of batches.entries()) {
        // What it says holds once all of the page is there.
        const reach = at === batches.length - 1 && upTo !== undefined ? toPlainText(upTo) : null
        await run('SELECT SCHEMA.put($1, $2, $3)', toPlainText(channel), reach, batch)
      }
    },
    async read(channel, limit = 1_000) {
      const rows = await run(read, toPlainText(channel), Math.trunc(Math.min(Math.max(limit, 0), 1_000_000)))
      const upTo = rows[0]?.['up_to'] ?? undefined
      return {
        // What `put` wrote.
        messages: rows.flatMap(({ body }) => (body === null ? [] : [JSON.parse(String(body)) as ArchivedMessage])),
        upTo: upTo === undefined ? undefined : fromPlainText(String(upTo)),
      }
    },
    async channels(since) {
      const rows = await run('SELECT channel FROM SCHEMA.conversation WHERE newest_at > $1 ORDER BY newest_at DESC', since)
      return rows.map(({ channel }) => fromPlainText(String(channel)))
    },
    withheld: {
      async put(channel, { serial, data, shown }) {
        await run('SELECT SCHEMA.withhold($1, $2, $3, $4)', ...[channel, serial, data, shown].map(toPlainText))
      },
      async read(channel, serials) {
        if (serials.length === 0) return []
        const rows = await run(withheld, toPlainText(channel), JSON.stringify(serials.map(toPlainText)))
        return rows.map((row) => ({
          serial: fromPlainText(String(row['serial'])),
          data: fromPlainText(String(row['data'])),
          shown: fromPlainText(String(row['shown'])),
        }))
      },
    },
    conversations: createConversations(run),
  }
}

/** One statement, so that `up_to` and the messages are of one moment. */
const read = `
  SELECT up_to, body FROM SCHEMA.conversation AS c
  LEFT JOIN LATERAL (SELECT serial, body FROM SCHEMA.message WHERE channel = c.channel ORDER BY serial DESC LIMIT $2::integer) AS m ON true
  WHERE channel = $1 ORDER BY serial`

const withheld = `
  SELECT serial, data, shown FROM SCHEMA.withheld
  WHERE channel = $1 AND serial IN (SELECT json_array_elements_text($2::json))`
