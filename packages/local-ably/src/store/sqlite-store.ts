import type { MessageVersion } from '../message/message-version.ts'
import { dataOf } from '../message/message-version.ts'
import type { Data, WireAnnotation } from '../protocol/protocol-message.ts'
import { channelSerialOf } from '../protocol/serials.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { dataIn, isBroken, metaOf, row, versionOf, type Row } from './sqlite-rows.ts'
import type { Committed, Page, Store } from './store.ts'

/**
 * `latest` has one row per message, `versions` one per create, update and delete. Appends only add a row to `chunks`:
 * rewriting the text would make a response cost the square of its length. They are folded into the row now and then.
 */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS latest (
    channel TEXT NOT NULL, serial TEXT NOT NULL, timestamp INTEGER NOT NULL, changed TEXT NOT NULL,
    meta TEXT NOT NULL, data BLOB, PRIMARY KEY (channel, serial)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS latest_changed ON latest (channel, changed);
  CREATE TABLE IF NOT EXISTS versions (
    channel TEXT NOT NULL, serial TEXT NOT NULL, version TEXT NOT NULL,
    meta TEXT NOT NULL, data BLOB, PRIMARY KEY (channel, serial, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunks (
    channel TEXT NOT NULL, serial TEXT NOT NULL, version TEXT NOT NULL,
    meta TEXT NOT NULL, data BLOB, PRIMARY KEY (channel, serial, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS annotations (
    channel TEXT NOT NULL, serial TEXT NOT NULL, annotation TEXT NOT NULL,
    wire TEXT NOT NULL, data BLOB, PRIMARY KEY (channel, serial, annotation)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS apps (id TEXT PRIMARY KEY, json TEXT NOT NULL);
`

const FOLD_AFTER = 256

export class SqliteStore implements Store {
  readonly durable = true
  readonly #db: SqliteDatabase
  readonly #chunks = new Map<string, number>()
  /** Channels written to since the last commit. */
  #uncommitted = new Set<string>()
  #tell: (channels: ReadonlySet<string>) => void = () => {}

  constructor(file: string) {
    this.#db = new SqliteDatabase(file, SCHEMA, (kept) => {
      const channels = this.#uncommitted
      this.#uncommitted = new Set()
      if (kept) return
      this.#chunks.clear()
      this.#tell(channels)
    })
  }

  lastSerial(channel: string): string | undefined {
    const columns = [
      ['latest', 'changed'],
      ['chunks', 'version'],
      ['annotations', 'annotation'],
    ]
    const newest = columns.map(([table, column]) => {
      return this.#db.get(`SELECT max(${column}) AS serial FROM ${table} WHERE channel = ?`, channel)?.['serial']
    })
    const serial = newest
      .filter((value) => typeof value === 'string')
      .toSorted()
      .at(-1)
    return serial === undefined ? undefined : channelSerialOf(serial)
  }

  insert(channel: string, versions: readonly MessageVersion[]): void {
    for (const version of versions) this.replace(channel, version)
  }

  replace(channel: string, version: MessageVersion): void {
    this.#uncommitted.add(channel)
    this.#dropChunks(channel, version.serial)
    this.#putLatest(channel, version)
    this.#db.run('INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?, ?)', ...row(channel, version, dataOf(version)))
  }

  append(channel: string, version: MessageVersion, increment: Data): void {
    this.#uncommitted.add(channel)
    const key = `${channel}\n${version.serial}`
    const chunks = (this.#chunks.get(key) ?? 0) + 1
    if (chunks > FOLD_AFTER || isBroken(increment)) {
      this.#dropChunks(channel, version.serial)
      this.#putLatest(channel, version)
    } else {
      this.#chunks.set(key, chunks)
      this.#db.run('INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)', ...row(channel, version, increment))
    }
  }

  get(channel: string, serial: string): MessageVersion | undefined {
    const found = this.#db.get('SELECT meta, data FROM latest WHERE channel = ? AND serial = ?', channel, serial)
    return found && this.#withChunks(channel, found)
  }

  page(channel: string, page: Page): readonly MessageVersion[] {
    const forwards = page.direction === 'forwards'
    const where = ['channel = ?']
    const values: (string | number)[] = [channel]
    const bound = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return
      where.push(condition)
      values.push(value)
    }
    bound(forwards ? 'serial > ?' : 'serial < ?', page.cursor)
    bound('serial <= ?', page.until)
    bound('timestamp >= ?', page.start)
    bound('timestamp <= ?', page.end)
    const order = `ORDER BY serial ${forwards ? 'ASC' : 'DESC'} LIMIT ?`
    const rows = this.#db.all(`SELECT meta, data FROM latest WHERE ${where.join(' AND ')} ${order}`, ...values, page.limit)
    return rows.map((found) => this.#withChunks(channel, found))
  }

  versions(channel: string, serial: string): readonly MessageVersion[] {
    const rows = this.#db.all(
      'SELECT meta, data FROM versions WHERE channel = ? AND serial = ? ORDER BY version',
      channel,
      serial,
    )
    return rows.map((found) => versionOf(found, []))
  }

  changedSince(channel: string, channelSerial: string): readonly MessageVersion[] {
    // `~` sorts behind the index of every version made at exactly that serial.
    const after = `${channelSerial}:~`
    const rows = this.#db.all(
      `SELECT meta, data FROM latest WHERE channel = ?1 AND (changed > ?2 OR serial IN
         (SELECT serial FROM chunks WHERE channel = ?1 AND version > ?2
          UNION SELECT serial FROM annotations WHERE channel = ?1 AND annotation > ?2))`,
      channel,
      after,
    )
    return rows
      .map((found) => this.#withChunks(channel, found))
      .toSorted((a, b) => (a.version.serial < b.version.serial ? -1 : 1))
  }

  annotate(channel: string, version: MessageVersion, annotation: WireAnnotation): void {
    this.#uncommitted.add(channel)
    this.#dropChunks(channel, version.serial)
    this.#putLatest(channel, version)
    const { data, ...wire } = annotation
    const values = [channel, version.serial, annotation.serial, JSON.stringify(wire), data ?? null] as const
    this.#db.run('INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?, ?)', ...values)
  }

  annotations(channel: string, serial: string): readonly WireAnnotation[] {
    const rows = this.#db.all(
      'SELECT wire, data FROM annotations WHERE channel = ? AND serial = ? ORDER BY annotation',
      channel,
      serial,
    )
    // Only `annotate` above writes this value.
    return rows.map((found) => ({ ...(JSON.parse(String(found['wire'])) as WireAnnotation), data: dataIn(found) }))
  }

  channels(): Iterable<string> {
    // From name to name in the index: `DISTINCT` would go through every message.
    const rows = this.#db.all(`
      WITH RECURSIVE names (name) AS (
        SELECT min(channel) FROM latest
        UNION ALL SELECT (SELECT min(channel) FROM latest WHERE channel > name) FROM names WHERE name IS NOT NULL
      ) SELECT name FROM names WHERE name IS NOT NULL`)
    return rows.map((found) => String(found['name']))
  }

  expire(channel: string, before: number): void {
    const oldest = this.#db.get('SELECT timestamp FROM latest WHERE channel = ? ORDER BY serial LIMIT 1', channel)
    if (Number(oldest?.['timestamp'] ?? before) >= before) return
    for (const table of ['versions', 'chunks', 'annotations']) {
      this.#db.run(
        `DELETE FROM ${table} WHERE channel = ?1 AND serial IN (SELECT serial FROM latest WHERE channel = ?1 AND timestamp < ?2)`,
        channel,
        before,
      )
    }
    this.#db.run('DELETE FROM latest WHERE channel = ? AND timestamp < ?', channel, before)
  }

  apps(): readonly string[] {
    return this.#db.all('SELECT json FROM apps ORDER BY id').map((found) => String(found['json']))
  }

  saveApp(appId: string, json: string): void {
    this.#db.run('INSERT OR REPLACE INTO apps VALUES (?, ?)', appId, json)
  }

  removeApp(appId: string, scope: string): void {
    this.#db.run('DELETE FROM apps WHERE id = ?', appId)
    // The scope ends in a line break, which no channel name holds: the next character closes the range.
    const end = `${scope.slice(0, -1)}\v`
    for (const table of ['latest', 'versions', 'chunks', 'annotations']) {
      this.#db.run(`DELETE FROM ${table} WHERE channel >= ? AND channel < ?`, scope, end)
    }
  }

  /** Returns to the committed state, as a new process would read it. */
  forget(): void {
    this.#db.commit()
    this.#chunks.clear()
  }

  committed(done: Committed): void {
    this.#db.committed(done)
  }

  onLost(listener: (channels: ReadonlySet<string>) => void): void {
    this.#tell = listener
  }

  close(): void {
    this.#db.close()
  }

  #putLatest(channel: string, version: MessageVersion): void {
    const [, serial, changed, meta, data] = row(channel, version, dataOf(version))
    this.#db.run(
      'INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)',
      channel,
      serial,
      version.timestamp,
      changed,
      meta,
      data,
    )
  }

  #dropChunks(channel: string, serial: string): void {
    this.#chunks.delete(`${channel}\n${serial}`)
    this.#db.run('DELETE FROM chunks WHERE channel = ? AND serial = ?', channel, serial)
  }

  #withChunks(channel: string, found: Row): MessageVersion {
    const { serial } = metaOf(found)
    const chunks = this.#db.all(
      'SELECT meta, data FROM chunks WHERE channel = ? AND serial = ? ORDER BY version',
      channel,
      serial,
    )
    return versionOf(found, chunks)
  }
}
