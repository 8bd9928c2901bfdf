import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** The store `data` names: `:memory:`, or a file. */
export function openStore(data: string): Store {
  if (data === ':memory:') return new MemoryStore()
  throw new Error(`unable to open ${data}; files are not supported yet`)
}
