import type { Conversation, ConversationEvent, Recorder, Store } from '@streamfold/core'
import { createRecorder, createStore } from '@streamfold/core'
import { frameScheduler } from './frame-scheduler.ts'
import type { OpenOptions } from './open-options.ts'

type Events = ConversationEvent | readonly ConversationEvent[]

/** A store whose `log` and `scheduler` may change. @param dispatched called after every dispatch. */
export function createLiveStore(initial: Conversation | undefined, options: OpenOptions, dispatched: () => void): Store {
  const store = createStore({
    scheduler: (flush) => (options.scheduler ?? frameScheduler)(flush),
    ...(initial && { initial }),
  })
  let recorder: Recorder | undefined

  function recording(): Recorder | undefined {
    const { log } = options
    if (!log) recorder = undefined
    else recorder ??= createRecorder(store.latest(), log === true ? {} : log)
    return recorder
  }

  return {
    ...store,
    get log() {
      return recording()?.log
    },
    dispatch(events: Events) {
      const kept = recording()
      if (kept) for (const event of [events].flat()) kept.record(event)
      store.dispatch(events)
      dispatched()
    },
  }
}
