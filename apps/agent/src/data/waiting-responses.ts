import type { DatabaseSync } from 'node:sqlite'

/** Records responses that wait for people, for the agent that starts next. */
export interface WaitingResponses {
  add(channel: string, response: string): void
  remove(channel: string, response: string): void
  /** Serials of the responses, by channel. */
  all(): ReadonlyMap<string, readonly string[]>
}

/** @param database from `openDatabase`; a file if the record must outlive the process */
export function createWaitingResponses(database: DatabaseSync): WaitingResponses {
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
