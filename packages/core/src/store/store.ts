import type { Conversation } from '../fold/conversation.ts'
import { emptyConversation } from '../fold/conversation.ts'
import { conversationProblem } from '../fold/conversation-problem.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import type { Arrival, Log, LogOptions } from '../log/log.ts'
import { createRecorder } from '../log/log.ts'
import type { Message } from '../protocol/message.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'
import { reduce } from '../fold/reduce.ts'
import { watchMessages } from './watch-messages.ts'

/** Decides when subscribers are notified: calls `flush` once, now or later. The store does not call it again until `flush` has run. */
export type Scheduler = (flush: () => void) => void

/** Options of a store. */
export interface StoreOptions<T extends MessageTypesOf<T> = MessageTypes> {
  /** State to begin with. Default: an empty conversation. */
  readonly initial?: Conversation<T>
  /** When subscribers are notified. Default: at once, within `dispatch`. */
  readonly scheduler?: Scheduler
  /** Keeps the events for `exportLog` and `replay`, all of them or up to a limit. Default false. */
  readonly log?: boolean | LogOptions
  /** Receives errors that subscribers throw; the other subscribers are still notified. Default: `dispatch` throws the first one after all were. */
  readonly onError?: (error: unknown) => void
}

/** A conversation that changes over time, with its subscribers. */
export interface Store<T extends MessageTypesOf<T> = MessageTypes> {
  /** The state of the last notification: stable between notifications. */
  getSnapshot(): Conversation<T>
  /** The newest state, which subscribers may not have been notified of yet. */
  getState(): Conversation<T>
  /** @returns unsubscribes */
  subscribe(listener: () => void): () => void
  /** Notifies only when the message with this serial has changed. @returns unsubscribes */
  subscribeTo(serial: string, listener: (message: Message<T> | undefined) => void): () => void
  /** Folds events. @param arrivals how each event arrived, for the log. */
  dispatch(events: ConversationEvent | readonly ConversationEvent[], arrivals?: readonly (Arrival | undefined)[]): void
  /** Shows subscribers another state, for example an earlier one of the log, while the store continues to fold events; undefined ends the preview. */
  setPreview(state: Conversation<T> | undefined): void
  /** The events so far, if the option `log` is set. */
  readonly log: Log | undefined
}

/** Creates a store: it holds a conversation, folds events into it and notifies subscribers of changes, in batches if a scheduler says so. */
export function createStore<T extends MessageTypesOf<T> = MessageTypes>(options: StoreOptions<T> = {}): Store<T> {
  const { scheduler = (flush) => flush() } = options
  const listeners = new Set<() => void>()
  const watch = watchMessages()
  let latest = begin(options)
  const recorder = options.log ? createRecorder(latest as Conversation, options.log === true ? {} : options.log) : undefined
  let snapshot = latest
  let preview: Conversation<T> | undefined
  let scheduled = false

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    scheduler(flush)
  }

  function flush(): void {
    scheduled = false
    const next = preview ?? latest
    if (snapshot === next) return
    const before = snapshot
    snapshot = next
    const errors: unknown[] = []
    const tell = (run: () => void) => {
      try {
        run()
      } catch (error) {
        errors.push(error)
      }
    }
    watch.flush(before as Conversation, () => snapshot as Conversation, tell)
    for (const listener of listeners) tell(listener)
    if (options.onError) errors.forEach(options.onError)
    else if (errors.length > 0) throw errors[0]
  }

  return {
    get log() {
      return recorder?.log
    },
    getSnapshot: () => snapshot,
    getState: () => latest,
    subscribe(listener) {
      // Wrapped, so that the same function can subscribe twice.
      const own = () => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    subscribeTo(serial, listener) {
      return watch.add(snapshot as Conversation, serial, listener as Parameters<typeof watch.add>[2])
    },
    dispatch(events, arrivals) {
      const before = latest
      let index = 0
      for (const event of isList(events) ? events : [events]) {
        recorder?.record(event, arrivals?.[index++])
        latest = reduce(latest, event)
      }
      if (latest !== before && !preview) schedule()
    },
    setPreview(state) {
      preview = state
      schedule()
    },
  }
}

function begin<T extends MessageTypesOf<T>>({ initial }: StoreOptions<T>): Conversation<T> {
  const problem = initial && conversationProblem(initial)
  if (problem !== undefined) throw new TypeError(`unable to create the store; \`initial\` is not a conversation: ${problem}`)
  return initial ?? emptyConversation<T>()
}

function isList(events: ConversationEvent | readonly ConversationEvent[]): events is readonly ConversationEvent[] {
  return Array.isArray(events)
}
