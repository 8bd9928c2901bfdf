import type { Conversation, Store } from '@streamfold/core'
import { createStore } from '@streamfold/core'
import { frameScheduler } from './frame-scheduler.ts'
import type { Opener } from './shared-conversations.ts'

/** The store of one opener: the state of a shared store, with the opener's own scheduler. */
export interface OpenerStore {
  readonly store: Store
  /** Shows another conversation from now on, and notifies subscribers. */
  follow(shared: Store): void
  /** Notifies subscribers of what the state does not have: another branch is shown. */
  refresh(): void
}

/** @param opener its `scheduler` is read for every flush, because it may change */
export function createOpenerStore(shared: Store, opener: Opener): OpenerStore {
  let source = shared
  /** Exists while there are subscribers, so that an opener that is never released retains nothing. */
  let own: Store | undefined
  let stop: (() => void) | undefined
  let subscribers = 0

  const scheduler = (flush: () => void) => (opener.options.scheduler ?? frameScheduler)(flush)

  function show(state: Conversation): void {
    own?.setPreview(state)
  }

  function connect(): void {
    stop = source.subscribe(() => show(source.getSnapshot()))
  }

  /** @param subscribe adds one subscriber to the store. */
  function subscribing(subscribe: (store: Store) => () => void): () => void {
    if (!own) {
      own = createStore({ initial: source.getSnapshot(), scheduler })
      connect()
    }
    subscribers++
    let unsubscribe: (() => void) | undefined = subscribe(own)
    return () => {
      if (!unsubscribe) return
      unsubscribe()
      unsubscribe = undefined
      if (--subscribers > 0) return
      stop?.()
      own = undefined
    }
  }

  return {
    store: {
      get log() {
        return source.log
      },
      getSnapshot: () => (own ?? source).getSnapshot(),
      getState: () => source.getState(),
      subscribe: (listener) => subscribing((store) => store.subscribe(listener)),
      subscribeTo: (serial, listener) => subscribing((store) => store.subscribeTo(serial, listener)),
      dispatch: (events, arrivals) => source.dispatch(events, arrivals),
      setPreview: (state) => source.setPreview(state),
    },
    // A copy, because the store notifies only of another state.
    refresh: () => show({ ...source.getSnapshot() }),
    follow(next) {
      if (next === source) return
      source = next
      if (!own) return
      stop?.()
      connect()
      show(source.getSnapshot())
    },
  }
}
