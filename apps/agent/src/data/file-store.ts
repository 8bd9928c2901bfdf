import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** A file that a page has uploaded. */
interface StoredFile {
  readonly mediaType: string
  readonly name: string
  readonly data: Uint8Array<ArrayBuffer>
}

/** Small files that belong to prompts. */
export interface FileStore {
  /** @returns the id, which nobody can guess; undefined if there is no room */
  put(file: StoredFile): string | undefined
  get(id: string): StoredFile | undefined
  /**
   * Notes the files of a message, in place of those that it had. A file that no message has any more is removed.
   *
   * @param text what the message holds; empty once it is deleted
   */
  note(channel: string, serial: string, text: string): void
  /** Removes the files that were stored before a time, in milliseconds since the epoch, and that no message has. @returns how many */
  removeUnused(before: number): number
}

/** What an id looks like: 128 random bits. */
const fileId = /^[0-9a-f]{32}$/

/**
 * The id in the address of a stored file; undefined for any other address. The host does not count, because the agent has several names, and
 * nothing but its own store is read by an id.
 */
export function fileIdIn(url: string): string | undefined {
  return /^https?:\/\/[^/?#]+\/files\/([0-9a-f]{32})$/.exec(url)?.[1]
}

/** How long a file may stay without a message, in milliseconds: its author may still write the prompt. */
export const UNUSED = 24 * 3_600_000
/** The same while there is no room for another one. */
const UNUSED_WHEN_FULL = 3_600_000

/** The ids of stored files whose addresses are in a text, which may be JSON. */
function filesNamed(text: string): readonly string[] {
  return Array.from(text.matchAll(/\\?\/files\\?\/([0-9a-f]{32})(?![0-9a-f])/g), ([, id]) => id!) // The group is not optional.
}

/**
 * Keeps files in SQLite, beside what else the agent keeps.
 *
 * @param database from `openDatabase`
 * @param most bytes of all files together
 */
export function createFileStore(database: DatabaseSync, most: number): FileStore {
  // One statement: several agents may share the database.
  const insert = database.prepare(`
    INSERT INTO file (id, type, name, size, data, at) SELECT ?, ?, ?, ?, ?, ?
    WHERE (SELECT coalesce(sum(size), 0) FROM file) + ? <= ?`)
  const read = database.prepare('SELECT type, name, data FROM file WHERE id = ?')
  const exists = database.prepare('SELECT 1 FROM file WHERE id = ?')
  const used = database.prepare('SELECT file FROM file_use WHERE channel = ? AND serial = ?')
  const use = database.prepare('INSERT OR IGNORE INTO file_use (file, channel, serial) VALUES (?, ?, ?)')
  const unuse = database.prepare('DELETE FROM file_use WHERE file = ? AND channel = ? AND serial = ?')
  const remove = database.prepare('DELETE FROM file WHERE id = ? AND NOT EXISTS (SELECT 1 FROM file_use WHERE file = file.id)')
  const sweep = database.prepare('DELETE FROM file WHERE at < ? AND NOT EXISTS (SELECT 1 FROM file_use WHERE file = file.id)')
  const removeUnused = (before: number): number => Number(sweep.run(before).changes)
  return {
    put({ mediaType, name, data }) {
      const id = randomBytes(16).toString('hex')
      const now = Date.now()
      const isPut = () => Number(insert.run(id, mediaType, name, data.length, data, now, data.length, most).changes) > 0
      return isPut() || (removeUnused(now - UNUSED_WHEN_FULL) > 0 && isPut()) ? id : undefined
    },
    note(channel, serial, text) {
      const now = new Set(filesNamed(text).filter((id) => exists.get(id) !== undefined))
      const before = used.all(channel, serial).map(({ file }) => String(file))
      for (const id of now) use.run(id, channel, serial)
      for (const id of before) {
        if (now.has(id)) continue
        unuse.run(id, channel, serial)
        remove.run(id)
      }
    },
    removeUnused,
    get(id) {
      const row = fileId.test(id) ? read.get(id) : undefined
      if (!row) return undefined
      return { mediaType: String(row['type']), name: String(row['name']), data: row['data'] as Uint8Array<ArrayBuffer> } // What `put` wrote.
    },
  }
}
