import type { ConversationIndex } from '@streamfold/core/transport'
import { cursorOf, fromPlainText, listLimit, readCursor, titleOf, toPlainText } from '@streamfold/core/transport'
import type { Run } from './statements.ts'

/** The conversation lists in the tables that `put` fills. */
export function createConversations(run: Run): ConversationIndex {
  return {
    async list(clientId, options = {}) {
      const limit = listLimit(options)
      const after = readCursor(options.after)
      const rows = await run(
        list,
        toPlainText(clientId),
        after?.lastActivity ?? null,
        toPlainText(after?.channel ?? ''),
        limit + 1,
      )
      const conversations = rows.slice(0, limit).map((row) => ({
        channel: fromPlainText(String(row['channel'])),
        title: String(row['title']),
        lastText: String(row['last_text']),
        newest: row['newest'] === null ? undefined : fromPlainText(String(row['newest'])),
        lastActivity: Number(row['last_activity']),
        waiting: row['waiting'] === true,
      }))
      return { conversations, next: rows.length > limit ? cursorOf(conversations.at(-1)!) : undefined } // The limit is 1 or more.
    },
    async add(channel, clientId) {
      await run(add, toPlainText(channel), toPlainText(clientId))
    },
    async remove(channel, clientId) {
      await run(remove, toPlainText(channel), toPlainText(clientId))
    },
    async rename(channel, title) {
      await run(rename, toPlainText(channel), title === undefined ? null : titleOf(title))
    },
  }
}

const list = `
  SELECT channel, last_activity,
    coalesce(title, (
      SELECT excerpt FROM SCHEMA.message WHERE channel = c.channel AND is_prompt AND NOT is_deleted AND excerpt <> '' ORDER BY serial LIMIT 1
    ), '') AS title,
    coalesce((
      SELECT excerpt FROM SCHEMA.message WHERE channel = c.channel AND NOT is_deleted AND excerpt <> '' ORDER BY serial DESC LIMIT 1
    ), '') AS last_text,
    (SELECT serial FROM SCHEMA.message WHERE channel = c.channel AND NOT is_deleted ORDER BY serial DESC LIMIT 1) AS newest,
    EXISTS (
      SELECT FROM SCHEMA.message AS w WHERE channel = c.channel AND is_waiting
      AND NOT EXISTS (SELECT FROM SCHEMA.message WHERE channel = w.channel AND continues = w.serial)
    ) AS waiting
  FROM SCHEMA.member JOIN SCHEMA.conversation AS c USING (channel)
  WHERE client_id = $1 AND (is_added OR wrote > coalesce(removed_at, ''))
    AND last_activity IS NOT NULL
    AND ($2::double precision IS NULL OR (last_activity, channel) < ($2::double precision, $3::text COLLATE "C"))
  ORDER BY last_activity DESC, channel DESC LIMIT $4::integer`

const add = `
  WITH known AS (INSERT INTO SCHEMA.conversation (channel) VALUES ($1) ON CONFLICT DO NOTHING)
  INSERT INTO SCHEMA.member (client_id, channel, is_added) VALUES ($2, $1, true)
  ON CONFLICT (client_id, channel) DO UPDATE SET is_added = true, removed_at = NULL`

const remove = `
  WITH known AS (INSERT INTO SCHEMA.conversation (channel) VALUES ($1) ON CONFLICT DO NOTHING)
  INSERT INTO SCHEMA.member (client_id, channel, removed_at)
  VALUES ($2, $1, (SELECT serial FROM SCHEMA.message WHERE channel = $1 ORDER BY serial DESC LIMIT 1))
  ON CONFLICT (client_id, channel) DO UPDATE SET is_added = false, removed_at = excluded.removed_at`

const rename = `
  INSERT INTO SCHEMA.conversation (channel, title) VALUES ($1, $2) ON CONFLICT (channel) DO UPDATE SET title = excluded.title`
