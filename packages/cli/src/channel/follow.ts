import { ablyTransport } from '@streamfold/ably'
import { conversationOf } from '@streamfold/client'
import type { Arrival, ConversationEvent, Log, NormaliseOptions } from '@streamfold/core'
import { Realtime } from 'ably'
import { clientOptions } from './client-options.ts'
import { closeClient } from './close-client.ts'
import { conceal } from '../format/conceal.ts'
import type { Target } from './target.ts'
import type { Patience } from './watch-channel.ts'
import { watchChannel } from './watch-channel.ts'

/** Options of `follow`. */
export interface FollowOptions {
  readonly target: Target
  readonly channelName: string
  readonly agent: NormaliseOptions['agent']
  /** Messages of history to read; at least one. */
  readonly history: number
  readonly rewind: string | false
  readonly patience: Patience
  /** Ends the following. */
  readonly signal: AbortSignal
  /** Called once, after the first attachment. */
  readonly onAttached: () => void
  /** Keeps with each event the message that it was parsed from. */
  readonly raw: boolean
  /** The format of the channel's messages; undefined for Streamfold's own. */
  readonly codec?: NormaliseOptions['codec']
  /** Receives the events since the last call, with ticks. The first one is the first event of an empty conversation. */
  readonly onEvents: (stretch: Stretch) => void
}

/** Consecutive events of a log. */
export interface Stretch {
  readonly events: readonly ConversationEvent[]
  /** When each event arrived, and on request its message. */
  readonly arrivals: readonly Arrival[]
}

/** Events kept in memory: more than one dispatch can add. */
const KEPT = 10_000

/**
 * Follows a channel as a product would, and passes on every event of its conversation, until `signal` aborts.
 * @throws CommandError when the channel cannot be reached or is refused, and any error of a callback
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { target, agent, rewind, signal, codec } = options
  const history = Math.max(options.history, 1)
  const client = new Realtime(clientOptions(target))
  const channel = client.channels.get(options.channelName, { attachOnSubscribe: false })
  const log = { limit: KEPT, raw: options.raw }
  const conversation = conversationOf(ablyTransport(channel), {
    agent,
    history,
    rewind,
    log,
    codec,
    scheduler: (flush) => flush(),
  })
  const { store } = conversation
  const gained = newEvents()
  const stops: (() => void)[] = []
  let over = false

  try {
    await new Promise<void>((resolve, reject) => {
      function end(error?: unknown): void {
        over = true
        if (error === undefined) resolve()
        else reject(error)
      }
      function guarded(run: () => void): () => void {
        return () => {
          try {
            if (!over) run()
          } catch (error) {
            // The client would only log an error of a listener.
            end(error)
          }
        }
      }
      const drain = guarded(() => {
        const { events, arrivals } = gained(store.log)
        if (events.length > 0) options.onEvents({ events: events.map((event) => concealed(event, target.key)), arrivals })
      })

      stops.push(conversation.retain())
      // After the conversation's own subscription, so its log already has the event.
      channel.subscribe(drain).catch(end)
      channel.on(drain)
      client.connection.on(drain)
      store.subscribe(drain)
      drain()
      const onAttached = guarded(options.onAttached)
      stops.push(watchChannel(channel, client.connection, { ...options, onAttached, onFailed: end }))
      const onAbort = (): void => end()
      signal.addEventListener('abort', onAbort)
      stops.push(() => signal.removeEventListener('abort', onAbort))
      if (signal.aborted) end()
    })
  } finally {
    for (const stop of stops) stop()
    await closeClient(client)
  }
}

/** Reads the events that a log with a limit has gained since the last call. */
function newEvents(): (log: Log | undefined) => Stretch {
  let seen = 0
  return (log) => {
    const { events = [], arrivals = [], folded = 0 } = log ?? {}
    const from = seen - folded
    seen = folded + events.length
    const fresh = events.slice(from)
    return { events: fresh, arrivals: fresh.map((_, index) => arrivals[from + index] ?? { at: Date.now() }) }
  }
}

/** A client's error text may contain anything, also a key. */
function concealed(event: ConversationEvent, key: string): ConversationEvent {
  return 'error' in event && event.error !== undefined ? { ...event, error: conceal(event.error, key) } : event
}
