import type { Store } from './store.ts'

/** Resolves when what has been written so far is kept; rejects with the reason when it is lost. */
export function committed(store: Store): Promise<void> {
  return new Promise((resolve, reject) => {
    store.committed((error) => {
      if (error === undefined) resolve()
      else reject(error)
    })
  })
}
