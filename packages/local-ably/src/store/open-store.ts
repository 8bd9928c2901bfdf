import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** What SQLite's result codes mean for a file that cannot be opened. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  [5, 'another server uses it: stop that one, or choose another file'],
  [8, 'it may not be written: change its permissions, or choose another file'],
  [13, 'the disk is full: make room, or choose another file'],
  [14, 'the folder does not exist, or this process may not write the file: create the folder, or choose another file'],
  [26, 'it is no database: choose another file'],
])

/** The store `data` names: `:memory:`, or a file. */
export async function openStore(data: string): Promise<Store> {
  if (data === ':memory:') return new MemoryStore()
  // Only now: merely loading node:sqlite prints a warning.
  const { SqliteStore } = await import('./sqlite-store.ts')
  try {
    return new SqliteStore(data)
  } catch (cause) {
    const known = cause instanceof Error && 'errcode' in cause ? REASONS.get(cause.errcode) : undefined
    const reason = known ?? (cause instanceof Error ? cause.message : String(cause))
    throw new Error(`unable to open the data file "${data}"; ${reason}`, { cause })
  }
}
