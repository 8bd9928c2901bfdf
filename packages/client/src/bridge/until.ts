import type { Conversation, Store } from '@streamfold/core'

/** Resolves with the first value that `read` finds in the conversation, now or later; with undefined if `signal` aborts first. */
export function until<T>(
  store: Store,
  read: (state: Conversation) => T | undefined,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stop = store.subscribe(look)
    const onAbort = (): void => done(undefined)
    signal?.addEventListener('abort', onAbort)
    function done(value: T | undefined): void {
      stop()
      signal?.removeEventListener('abort', onAbort)
      resolve(value)
    }
    function look(): void {
      const value = read(store.getState())
      if (value !== undefined || signal?.aborted) done(value)
    }
    look()
  })
}
