import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** The store `data` names: `:memory:`, or a file. */
export async function openStore(data: string): Promise<Store> {
  if (data === ':memory:') return new MemoryStore()
  // Only now: merely loading node:sqlite prints a warning.
  const { SqliteStore } = await import('./sqlite-store.ts')
  try {
    return new SqliteStore(data)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`unable to open the data file "${data}"; ${reason}`, { cause })
  }
}
