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
  return {
    put({ mediaType, name, data }) {
      const id = randomBytes(16).toString('hex')
      const { changes } = insert.run(id, mediaType, name, data.length, data, Date.now(), data.length, most)
      return Number(changes) === 0 ? undefined : id
    },
    get(id) {
      const row = fileId.test(id) ? read.get(id) : undefined
      if (!row) return undefined
      return { mediaType: String(row['type']), name: String(row['name']), data: row['data'] as Uint8Array<ArrayBuffer> } // What `put` wrote.
    },
  }
}
