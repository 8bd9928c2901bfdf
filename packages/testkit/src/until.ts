import type { Conversation, Store } from '@streamfold/core'

/**
 * Resolves with the state as soon as it is as expected, also at once. Give the store a scheduler that notifies at once, otherwise states
 * between two frames are missed.
 */
export function until(store: Store, expected: (state: Conversation) => boolean): Promise<Conversation> {
  return new Promise((resolve) => {
    const stop = store.subscribe(check)
    function check(): void {
      const state = store.getSnapshot()
      if (!expected(state)) return
      stop()
      resolve(state)
    }
    check()
  })
}
