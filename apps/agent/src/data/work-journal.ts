import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { WorkJournal } from '@streamfold/agent'

/** @param database from `openDatabase`; a file if the journal must outlive the process */
export function createWorkJournal(database: DatabaseSync): WorkJournal {
  const run = randomUUID()
  const insert = database.prepare('INSERT OR IGNORE INTO work (channel, prompt, run) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM work WHERE channel = ? AND prompt = ? AND run = ?')
  const others = database.prepare('SELECT channel, prompt, run FROM work WHERE run <> ?')
  let told: readonly Readonly<Record<string, SQLOutputValue>>[] = []
  return {
    begin: (channel, prompt) => void insert.run(channel, prompt, run),
    end: (channel, prompt) => void remove.run(channel, prompt, run),
    left() {
      told = others.all(run)
      return [...new Set(told.map(({ channel }) => String(channel)))]
    },
    forget(name) {
      for (const { channel, prompt, run: author } of told) if (channel === name) remove.run(channel, prompt!, author!)
    },
  }
}
