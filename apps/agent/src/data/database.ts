import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Opens the agent's SQLite file, made where it is missing. @param file a path, or `:memory:` */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(file)
  // Several agents may share the file; a writer waits for another instead of failing.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  database.exec(`
    CREATE TABLE IF NOT EXISTS message (
      channel TEXT NOT NULL, serial TEXT NOT NULL, version TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (channel, serial)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS withheld (
      channel TEXT NOT NULL, serial TEXT NOT NULL, data TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (channel, serial)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reach (channel TEXT PRIMARY KEY, upTo TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS listed (
      channel TEXT NOT NULL, serial TEXT NOT NULL, isPrompt INTEGER NOT NULL, isDeleted INTEGER NOT NULL, excerpt TEXT NOT NULL,
      isWaiting INTEGER NOT NULL, continues TEXT, at REAL NOT NULL, PRIMARY KEY (channel, serial)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS waits ON listed (channel) WHERE isWaiting;
    CREATE TABLE IF NOT EXISTS conversation (channel TEXT PRIMARY KEY, title TEXT, lastActivity REAL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS member (
      clientId TEXT NOT NULL, channel TEXT NOT NULL, wrote TEXT, isAdded INTEGER NOT NULL DEFAULT 0, removedAt TEXT,
      PRIMARY KEY (clientId, channel)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS invitation (
      number INTEGER PRIMARY KEY, call TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS waiting (
      channel TEXT NOT NULL, response TEXT NOT NULL, PRIMARY KEY (channel, response)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS file (
      id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL, at INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS file_use (
      file TEXT NOT NULL, channel TEXT NOT NULL, serial TEXT NOT NULL, PRIMARY KEY (channel, serial, file)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS use_of_file ON file_use (file);
    CREATE TABLE IF NOT EXISTS work (
      channel TEXT NOT NULL, prompt TEXT NOT NULL, run TEXT NOT NULL, PRIMARY KEY (channel, prompt, run)
    ) WITHOUT ROWID;
  `)
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (version === 0) {
    noteUses(database)
    database.exec('PRAGMA user_version = 1')
  }
  return database
}

/** Before version 1 nothing noted which messages have files. */
function noteUses(database: DatabaseSync): void {
  database.exec(`
    INSERT OR IGNORE INTO file_use (file, channel, serial)
    SELECT file.id, message.channel, message.serial FROM file, message WHERE instr(message.body, file.id) > 0`)
}
