import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** The store `data` names: `:memory:`, or a file. */
export async function openStore(data: string): Promise<Store> {
  if (data === ':memory:') return new MemoryStore()
  // Only now: merely loading node:sqlite prints a warning.
  const { SqliteStore } = await import('./sqlite-store.ts')
  return new SqliteStore(data)
}
