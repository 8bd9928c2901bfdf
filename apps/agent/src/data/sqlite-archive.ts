import type { DatabaseSync } from 'node:sqlite'
import type { ArchivedMessage, ConversationIndex, ResponseArchive, WithheldStore } from '@streamfold/agent'
import { fromPlainText, toPlainText } from '@streamfold/core/transport'
import type { FileStore } from './file-store.ts'
import { createSqliteConversations } from './sqlite-conversations.ts'

export interface SqliteArchive extends ResponseArchive {
  readonly withheld: WithheldStore
  readonly conversations: ConversationIndex
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
  const withhold = database.prepare(`
    INSERT OR REPLACE INTO withheld (channel, serial, data, shown) SELECT :channel, :serial, :data, :shown
    WHERE NOT EXISTS (SELECT 1 FROM listed WHERE channel = :channel AND serial = :serial AND isDeleted)`)
  const withheld = database.prepare('SELECT data, shown FROM withheld WHERE channel = ? AND serial = ?')
  const forget = database.prepare('DELETE FROM withheld WHERE channel = ? AND serial = ?')
  const { note, settle, ...conversations } = createSqliteConversations(database)
  return {
    async put(name, { messages, upTo }) {
      const channel = toPlainText(name)
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const message of messages) {
          const isDeleted = message.action === 'message.delete'
          const serial = toPlainText(message.serial)
          const { changes } = put.run(channel, serial, toPlainText(message.version.serial), JSON.stringify(message))
          if (isDeleted) forget.run(channel, serial)
          if (Number(changes) === 0) continue
          note(channel, message)
          files?.note(name, message.serial, isDeleted ? '' : message.data)
        }
        settle(channel)
        if (upTo !== undefined) reach.run(channel, toPlainText(upTo))
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    async read(name, limit = 1_000) {
      const channel = toPlainText(name)
      // Before the messages, which may become more: another process writes, too.
      const upTo = reached.get(channel)?.['upTo']
      const rows = newest.all(channel, limit).toReversed()
      return {
        // What `put` wrote.
        messages: rows.map(({ body }) => JSON.parse(String(body)) as ArchivedMessage),
        upTo: upTo === undefined ? undefined : fromPlainText(String(upTo)),
      }
    },
    async channels(since) {
      return recent.all(since).map(({ channel }) => fromPlainText(String(channel)))
    },
    withheld: {
      async put(channel, { serial, data, shown }) {
        withhold.run({
          channel: toPlainText(channel),
          serial: toPlainText(serial),
          data: toPlainText(data),
          shown: toPlainText(shown),
        })
      },
      async read(channel, serials) {
        return serials.flatMap((serial) => {
          const row = withheld.get(toPlainText(channel), toPlainText(serial))
          return row ? { serial, data: fromPlainText(String(row['data'])), shown: fromPlainText(String(row['shown'])) } : []
        })
      },
    },
    conversations,
  }
}
