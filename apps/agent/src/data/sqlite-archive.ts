import type { DatabaseSync } from 'node:sqlite'
import type { ArchivedMessage, ResponseArchive } from '@streamfold/agent'

/** Keeps finished conversations in SQLite. @param database from `openDatabase` */
export function createSqliteArchive(database: DatabaseSync): ResponseArchive {
  const put = database.prepare(`
    INSERT INTO message (channel, serial, version, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (channel, serial) DO UPDATE SET version = excluded.version, body = excluded.body
    WHERE excluded.version > message.version`)
  const reach = database.prepare(`
    INSERT INTO reach (channel, upTo) VALUES (?, ?)
    ON CONFLICT (channel) DO UPDATE SET upTo = max(upTo, excluded.upTo)`)
  const newest = database.prepare('SELECT body FROM message WHERE channel = ? ORDER BY serial DESC LIMIT ?')
  const reached = database.prepare('SELECT upTo FROM reach WHERE channel = ?')
  return {
    async put(channel, { messages, upTo }) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const message of messages) put.run(channel, message.serial, message.version.serial, JSON.stringify(message))
        if (upTo !== undefined) reach.run(channel, upTo)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    async read(channel, limit = 1_000) {
      const rows = newest.all(channel, limit).toReversed()
      return {
        // What `put` wrote.
        messages: rows.map(({ body }) => JSON.parse(String(body)) as ArchivedMessage),
        upTo: reached.get(channel)?.['upTo'] as string | undefined,
      }
    },
  }
}
