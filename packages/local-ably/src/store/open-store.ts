import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

const SQLITE_BUSY = 5

/** The store `data` names: `:memory:`, or a file. */
export async function openStore(data: string): Promise<Store> {
  if (data === ':memory:') return new MemoryStore()
  // Only now: merely loading node:sqlite prints a warning.
  const { SqliteStore } = await import('./sqlite-store.ts')
  try {
    return new SqliteStore(data)
  } catch (cause) {
    const inUse = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY
    const message = cause instanceof Error ? cause.message : String(cause)
    const reason = inUse ? 'another server uses it: stop that one, or choose another file' : message
    throw new Error(`unable to open the data file "${data}"; ${reason}`, { cause })
  }
}
