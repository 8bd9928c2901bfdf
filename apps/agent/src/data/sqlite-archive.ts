import type { DatabaseSync } from 'node:sqlite'
import type { ArchivedMessage, ResponseArchive, WithheldStore } from '@streamfold/agent'
import type { FileStore } from './file-store.ts'

export interface SqliteArchive extends ResponseArchive {
  readonly withheld: WithheldStore
  /** Channels with a message of after `since`, in milliseconds since the epoch; the newest first. */
  channels(since: number): Promise<readonly string[]>
}

/**
 * Keeps finished conversations in SQLite.
 *
 * @param database from `openDatabase`
 * @param files is given what each message holds, and nothing once it is deleted. Default: none.
 */
export function createSqliteArchive(database: DatabaseSync, files?: Pick<FileStore, 'note'>): SqliteArchive {
  const put = database.prepare(`
    INSERT INTO message (channel, serial, version, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (channel, serial) DO UPDATE SET version = excluded.version, body = excluded.body
    WHERE excluded.version > message.version`)
  const reach = database.prepare(`
    INSERT INTO reach (channel, upTo) VALUES (?, ?)
    ON CONFLICT (channel) DO UPDATE SET upTo = max(upTo, excluded.upTo)`)
  const newest = database.prepare('SELECT body FROM message WHERE channel = ? ORDER BY serial DESC LIMIT ?')
  const recent = database.prepare(`
    SELECT channel, max(json_extract(body, '$.timestamp')) AS newest FROM message
    GROUP BY channel HAVING newest > ? ORDER BY newest DESC`)
  const reached = database.prepare('SELECT upTo FROM reach WHERE channel = ?')
  const withhold = database.prepare('INSERT OR REPLACE INTO withheld (channel, serial, data, shown) VALUES (?, ?, ?, ?)')
  const withheld = database.prepare('SELECT serial, data, shown FROM withheld WHERE channel = ? AND serial = ?')
  const forget = database.prepare('DELETE FROM withheld WHERE channel = ? AND serial = ?')
  return {
    async put(channel, { messages, upTo }) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const message of messages) {
          const isDeleted = message.action === 'message.delete'
          const { changes } = put.run(channel, message.serial, message.version.serial, JSON.stringify(message))
          if (isDeleted) forget.run(channel, message.serial)
          if (Number(changes) > 0) files?.note(channel, message.serial, isDeleted ? '' : message.data)
        }
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
    withheld: {
      put: async (channel, { serial, data, shown }) => void withhold.run(channel, serial, data, shown),
      async read(channel, serials) {
        const rows = serials.map((serial) => withheld.get(channel, serial)).filter((row) => row !== undefined)
        return rows.map(({ serial, data, shown }) => ({ serial: String(serial), data: String(data), shown: String(shown) }))
      },
    },
    async channels(since) {
      return recent.all(since).map(({ channel }) => String(channel))
    },
  }
}
