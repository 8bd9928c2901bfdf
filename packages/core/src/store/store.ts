import type { Conversation } from '../fold/conversation.ts'
import { emptyConversation } from '../fold/conversation.ts'
import { conversationProblem } from '../fold/conversation-problem.ts'
import type { ConversationEvent } from '../protocol/event.ts'
import type { Arrival, Log, LogOptions } from '../log/log.ts'
import { createRecorder } from '../log/log.ts'
import type { Headers, HeadersOf, Message } from '../protocol/message.ts'
import { reduce } from '../fold/reduce.ts'
import { watchMessages } from './watch-messages.ts'

/** Runs `flush` once, when subscribers are to be told. Called at most once until it has run. */
export type Scheduler = (flush: () => void) => void

export interface StoreOptions<H extends HeadersOf<H> = Headers> {
  /** State to begin with. Default: an empty conversation. */
  readonly initial?: Conversation<H>
  /** When subscribers are told. Default: at once, within `dispatch`. */
  readonly scheduler?: Scheduler
  /** Keeps the events for `exportLog` and `replay`, all of them or up to a limit. Default false. */
  readonly log?: boolean | LogOptions
  /** Receives what a subscriber throws; the other subscribers are told all the same. Default: thrown by `dispatch` after them. */
  readonly onError?: (error: unknown) => void
}

export interface Store<H extends HeadersOf<H> = Headers> {
  /** The state subscribers were last told of: stable between notifications. */
  getSnapshot(): Conversation<H>
  /** The state as of the last event, told or not. */
  getState(): Conversation<H>
  /** @returns the way to stop. */
  subscribe(listener: () => void): () => void
  /** Tells only when the message of this serial has changed. */
  subscribeTo(serial: string, listener: (message: Message<H> | undefined) => void): () => void
  /** @param arrivals how each event arrived, for a log that is kept. */
  dispatch(events: ConversationEvent | readonly ConversationEvent[], arrivals?: readonly (Arrival | undefined)[]): void
  /** Shows readers another state, a moment of the log say, while events are folded on beneath it; undefined shows the present again. */
  setPreview(state: Conversation<H> | undefined): void
  /** What happened so far, when the store keeps it. */
  readonly log: Log | undefined
}

/** Holds a conversation and tells its readers of changes, many events in one notification where the scheduler says so. */
export function createStore<H extends HeadersOf<H> = Headers>(options: StoreOptions<H> = {}): Store<H> {
  const { scheduler = (flush) => flush() } = options
  const listeners = new Set<() => void>()
  const watch = watchMessages()
  let latest = begin(options)
  const recorder = options.log ? createRecorder(latest as Conversation, options.log === true ? {} : options.log) : undefined
  let snapshot = latest
  let preview: Conversation<H> | undefined
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
      // Wrapped, so that the same function may subscribe twice.
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

function begin<H extends HeadersOf<H>>({ initial }: StoreOptions<H>): Conversation<H> {
  const problem = initial && conversationProblem(initial)
  if (problem !== undefined) throw new TypeError(`unable to create the store; \`initial\` is not a conversation: ${problem}`)
  return initial ?? emptyConversation<H>()
}

function isList(events: ConversationEvent | readonly ConversationEvent[]): events is readonly ConversationEvent[] {
  return Array.isArray(events)
}
