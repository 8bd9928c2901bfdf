import type { DatabaseSync } from 'node:sqlite'
import type { ArchivedMessage, ConversationIndex } from '@streamfold/agent'
import { cursorOf, fromPlainText, indexedMessage, listLimit, readCursor, titleOf, toPlainText } from '@streamfold/core/transport'

export interface SqliteConversations extends ConversationIndex {
  /** Notes the newest version of a message, within the transaction that keeps it. @param channel as plain text */
  note(channel: string, message: ArchivedMessage): void
  /** Brings the activity of a conversation up to its messages. @param channel as plain text */
  settle(channel: string): void
}

/** The conversation lists of the archive in a SQLite file. @param database from `openDatabase` */
export function createSqliteConversations(database: DatabaseSync): SqliteConversations {
  const note = database.prepare(`
    INSERT OR REPLACE INTO listed (channel, serial, isPrompt, isDeleted, excerpt, isWaiting, continues, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const wrote = database.prepare(`
    INSERT INTO member (clientId, channel, wrote) VALUES (?, ?, ?)
    ON CONFLICT (clientId, channel) DO UPDATE SET wrote = max(coalesce(wrote, ''), excluded.wrote)`)
  const settle = database.prepare(`
    INSERT INTO conversation (channel, lastActivity)
    SELECT channel, coalesce(max(at) FILTER (WHERE NOT isDeleted), max(at)) FROM listed WHERE channel = ? GROUP BY channel
    ON CONFLICT (channel) DO UPDATE SET lastActivity = excluded.lastActivity`)
  const rename = database.prepare(`
    INSERT INTO conversation (channel, title) VALUES (?, ?) ON CONFLICT (channel) DO UPDATE SET title = excluded.title`)
  const add = database.prepare(`
    INSERT INTO member (clientId, channel, isAdded) VALUES (?, ?, 1)
    ON CONFLICT (clientId, channel) DO UPDATE SET isAdded = 1, removedAt = NULL`)
  const remove = database.prepare(`
    INSERT INTO member (clientId, channel, removedAt) VALUES (:clientId, :channel, (SELECT max(serial) FROM listed WHERE channel = :channel))
    ON CONFLICT (clientId, channel) DO UPDATE SET isAdded = 0, removedAt = excluded.removedAt`)
  const list = database.prepare(`
    SELECT channel, lastActivity,
      coalesce(title, (
        SELECT excerpt FROM listed WHERE channel = c.channel AND isPrompt AND NOT isDeleted AND excerpt <> '' ORDER BY serial LIMIT 1
      ), '') AS title,
      coalesce((
        SELECT excerpt FROM listed WHERE channel = c.channel AND NOT isDeleted AND excerpt <> '' ORDER BY serial DESC LIMIT 1
      ), '') AS lastText,
      (SELECT max(serial) FROM listed WHERE channel = c.channel AND NOT isDeleted) AS newest,
      EXISTS (
        SELECT 1 FROM listed AS w WHERE channel = c.channel AND isWaiting
        AND NOT EXISTS (SELECT 1 FROM listed WHERE channel = w.channel AND continues = w.serial)
      ) AS waiting
    FROM member AS m JOIN conversation AS c USING (channel)
    WHERE clientId = :clientId AND (isAdded OR wrote > coalesce(removedAt, ''))
      AND lastActivity IS NOT NULL AND (:at IS NULL OR (lastActivity, channel) < (:at, :after))
    ORDER BY lastActivity DESC, channel DESC LIMIT :limit`)

  const conversations: SqliteConversations = {
    note(channel, message) {
      const { isPrompt, isDeleted, author, excerpt, isWaiting, continues } = indexedMessage(message)
      const at = isDeleted ? message.timestamp : message.version.timestamp
      const serial = toPlainText(message.serial)
      const waits = Number(isWaiting && !isDeleted)
      note.run(channel, serial, Number(isPrompt), Number(isDeleted), excerpt, waits, continues ?? null, at)
      if (author !== undefined) wrote.run(toPlainText(author), channel, serial)
    },
    settle: (channel) => void settle.run(channel),
    async list(clientId, options = {}) {
      const limit = listLimit(options)
      const after = readCursor(options.after)
      const rows = list.all({
        clientId: toPlainText(clientId),
        at: after?.lastActivity ?? null,
        after: toPlainText(after?.channel ?? ''),
        limit: limit + 1,
      })
      const page = rows.slice(0, limit).map((row) => ({
        channel: fromPlainText(String(row['channel'])),
        title: String(row['title']),
        lastText: String(row['lastText']),
        newest: row['newest'] === null ? undefined : fromPlainText(String(row['newest'])),
        lastActivity: Number(row['lastActivity']),
        waiting: row['waiting'] === 1,
      }))
      return { conversations: page, next: rows.length > limit ? cursorOf(page.at(-1)!) : undefined } // The limit is 1 or more.
    },
    add: async (channel, clientId) => void add.run(toPlainText(clientId), toPlainText(channel)),
    remove: async (channel, clientId) => void remove.run({ clientId: toPlainText(clientId), channel: toPlainText(channel) }),
    rename: async (channel, title) => void rename.run(toPlainText(channel), title === undefined ? null : titleOf(title)),
  }
  noteOlder(database, conversations)
  return conversations
}

/** Messages of a file that was written before there were lists. */
function noteOlder(database: DatabaseSync, { note, settle }: SqliteConversations): void {
  const older = database.prepare(
    'SELECT channel, body FROM message WHERE NOT EXISTS (SELECT 1 FROM listed WHERE channel = message.channel AND serial = message.serial)',
  )
  const channels = new Set<string>()
  for (const { channel, body } of older.all()) {
    note(String(channel), JSON.parse(String(body)) as ArchivedMessage) // What `put` wrote.
    channels.add(String(channel))
  }
  for (const channel of channels) settle(channel)
}
