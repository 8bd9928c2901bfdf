import type { DatabaseSync } from 'node:sqlite'
import type { WaitingRecord } from '@streamfold/agent'

/** @param database from `openDatabase`; a file if the record must outlive the process */
export function createWaitingResponses(database: DatabaseSync): WaitingRecord {
  const add = database.prepare('INSERT OR IGNORE INTO waiting (channel, response) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM waiting WHERE channel = ? AND response = ?')
  const read = database.prepare('SELECT channel, response FROM waiting')
  return {
    add: (channel, response) => void add.run(channel, response),
    remove: (channel, response) => void remove.run(channel, response),
    all() {
      const responses = new Map<string, string[]>()
      for (const { channel, response } of read.all()) {
        const known = responses.get(String(channel))
        if (known) known.push(String(response))
        else responses.set(String(channel), [String(response)])
      }
      return responses
    },
  }
}
