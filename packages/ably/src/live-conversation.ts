import type { InboundMessage, RealtimeChannel } from 'ably'
import type { ConversationEvent, Store } from '@streamfold/core'
import { createStore, normalise, selectEffects } from '@streamfold/core'
import { connectionOf } from './channel-internals.ts'
import type { Clock } from './clock.ts'
import { everySecond, systemClock } from './clock.ts'
import { followAgents } from './follow-agents.ts'
import { followChannel } from './follow-channel.ts'
import { frameScheduler } from './frame-scheduler.ts'
import type { HistoryReader } from './history-reader.ts'
import { createHistoryReader } from './history-reader.ts'
import { readMessage } from './message-reader.ts'
import type { OpenOptions } from './open-options.ts'
import { createEffectRunner } from './perform-effects.ts'
import type { Prompts } from './prompts.ts'
import { createPrompts } from './prompts.ts'
import { applyRewind } from './rewind.ts'

/** The one conversation on a channel object, whoever shows it. It can be started again after it was stopped. */
export interface LiveConversation {
  readonly store: Store
  readonly prompts: Prompts
  readonly clock: Clock
  /** @param options those that may change while nobody holds the conversation: agent, rewind, history. */
  start(options: OpenOptions): void
  stop(): void
  connect(): Promise<void>
  disconnect(): Promise<void>
  loadOlder: HistoryReader['loadOlder']
}

export function createLiveConversation(channel: RealtimeChannel, initialOptions: OpenOptions): LiveConversation {
  const { clock = systemClock, scheduler = frameScheduler, log = false, initial } = initialOptions
  const connection = connectionOf(channel)
  const folded = createStore({ scheduler, log, ...(initial && { initial }) })
  const store: Store = { ...folded, dispatch }
  const prompts = createPrompts(channel, store, clock)
  let options = initialOptions
  let running = false
  let subscribed = false
  /** Whether the user wants the channel attached. */
  let wanted = true
  let attachedHere = false
  /** Whether the attachment began before this conversation listened. */
  let joinedLate = false
  let stops: readonly (() => void)[] = []

  const agents = followAgents(channel, () => options.agent, dispatch)
  const history = createHistoryReader({
    channel,
    agent: () => options.agent,
    history: () => options.history ?? 100,
    joinedLate: () => joinedLate,
    dispatch: (events) => dispatch([tick(), ...events]),
  })
  const effects = createEffectRunner({
    fetchHistory: (effect, signal) => void history.fetch(effect, signal),
    fetchMessage: ({ serial }, signal) => void readMessage(channel, serial, { agent: options.agent, clock, dispatch, signal }),
  })

  function dispatch(events: ConversationEvent | readonly ConversationEvent[]): void {
    folded.dispatch(events)
    if (!running) return
    effects.perform(selectEffects(folded.latest()))
    prompts.settle()
  }

  function tick(): ConversationEvent {
    return { type: 'tick', now: clock.now() }
  }

  function onMessage(message: InboundMessage): void {
    dispatch(normalise(message, options.agent === undefined ? {} : { agent: options.agent }))
  }

  function follow(): () => void {
    let first = true
    let before = ''
    const stop = followChannel(channel, connection, (event) => {
      if (event.type === 'channel') {
        if (event.state === 'attached') {
          wanted = true
          // Attached straight from detaching, it has dropped what came meanwhile, and its attach point is the old one.
          if (!event.resumed) joinedLate = first || before === 'detached'
        }
        // Detached by somebody while the connection stands: that was meant.
        if (event.state === 'detached' && connection.state === 'connected' && !first) wanted = false
        before = event.state
      }
      dispatch([tick(), event])
      if (event.type === 'channel' && event.state === 'attached') agents.refresh()
      // A channel that went down with its connection is not attached again by the client.
      if (event.type === 'connection' && event.state === 'connected' && !first && wanted && down()) void attach()
    })
    first = false
    return stop
  }

  function down(): boolean {
    return channel.state === 'initialized' || channel.state === 'detached' || channel.state === 'failed'
  }

  function listen(): void {
    // A failed channel throws instead of subscribing.
    if (channel.state === 'failed') return
    if (!subscribed) channel.subscribe(onMessage).catch(() => {})
    subscribed = true
    agents.listen()
  }

  async function attach(): Promise<void> {
    if (channel.state !== 'attached' && channel.state !== 'attaching') attachedHere = true
    applyRewind(channel, options.rewind ?? '2m')
    // Before the attachment, so that it delivers nothing unheard; a failed channel leaves that state by being attached.
    listen()
    const attaching = channel.attach()
    listen()
    try {
      await attaching
      agents.refresh()
    } catch {
      // The channel's and the connection's events say so.
    }
  }

  return {
    store,
    prompts,
    clock,
    loadOlder: history.loadOlder,
    start(next) {
      options = next
      running = true
      wanted = true
      attachedHere = false
      dispatch(tick())
      stops = [follow(), everySecond(clock, () => dispatch(tick()))]
      void attach()
    },
    stop() {
      running = false
      for (const stop of stops) stop()
      effects.stop()
      agents.stop()
      channel.unsubscribe(onMessage)
      subscribed = false
      if (attachedHere) channel.detach().catch(() => {})
      folded.dispatch([tick(), { type: 'channel', state: 'detached' }])
    },
    async connect() {
      wanted = true
      if (!['connected', 'connecting', 'initialized'].includes(connection.state)) connection.connect()
      if (running) await attach()
    },
    async disconnect() {
      wanted = false
      // A failed channel has nothing to detach; a refusal shows as the state that stays.
      await channel.detach().catch(() => {})
    },
  }
}
