import type { Arrival, Conversation, ConversationEvent, Store } from '@streamfold/core'
import type { Recorder } from '@streamfold/core/log'
import { createStore } from '@streamfold/core'
import { createRecorder } from '@streamfold/core/log'
import type { Clock } from '../clock.ts'
import type { SharedOptions } from '../open/open-options.ts'

type Events = ConversationEvent | readonly ConversationEvent[]

export interface LiveStore extends Store {
  /** Dispatches events that were parsed from messages. @param messages by the index of the events; undefined for other events */
  receive(events: Events, messages: readonly unknown[]): void
  /** Changes the option `log`. */
  setLog(option: SharedOptions['log']): void
  /** Starts a new log. */
  beginLog(): void
}

/** Creates a store that notifies at once and whose `log` may be set and removed. @param dispatched called after every dispatch */
export function createLiveStore(
  initial: Conversation | undefined,
  log: SharedOptions['log'],
  clock: Clock,
  dispatched: () => void,
): LiveStore {
  const store = createStore(initial && { initial })
  let recorder: Recorder | undefined

  function recording(): Recorder | undefined {
    if (!log) recorder = undefined
    else recorder ??= createRecorder(store.getState(), log === true ? {} : log)
    return recorder
  }

  function receive(events: Events, messages?: readonly unknown[]): void {
    const kept = recording()
    if (kept) {
      const at = clock.now()
      const raw = typeof log === 'object' && log.raw === true
      for (const [index, event] of [events].flat().entries()) {
        const message = raw ? messages?.[index] : undefined
        // A copy, because other code holds the client's own object, which also prints itself in another form.
        kept.record(event, message ? { at, raw: { ...message } } : ({ at } satisfies Arrival))
      }
    }
    store.dispatch(events)
    dispatched()
  }

  return {
    ...store,
    get log() {
      return recording()?.log
    },
    dispatch: (events) => receive(events),
    receive,
    setLog(option) {
      log = option
    },
    beginLog() {
      recorder = undefined
    },
  }
}
