import type { ChannelChanged, ConnectionChanged, ConversationEvent, HistoryRead, Log } from '@streamfold/core'
import type { ConversationTransport, HistoryPage } from '@streamfold/core/transport'
import type { Clock } from '../clock.ts'

const UNWRITABLE = 'a recorded log cannot be written to'
const UNKEPT = 'a recorded log has no versions but those that it plays'

/** A message of the recording, as it waits to be parsed by the codec of `playLog`. */
interface Recorded {
  readonly serial?: string
  readonly event: ConversationEvent
}

/** A promise that the player settles when it reaches the event that was recorded for it. */
interface Waiting<Value> {
  readonly resolve: (value: Value) => void
  readonly reject: (error: Error) => void
}

/** Delivers the events of a log in their order, each after the pause that was recorded before it. */
export function createLogTransport(log: Log, speed: number, clock: Clock): ConversationTransport {
  const observers = new Set<(change: ChannelChanged | ConnectionChanged) => void>()
  const subscribers = new Set<(message: unknown) => void>()
  const watchers = new Set<() => void>()
  const fetches = new Map<string, Waiting<unknown>[]>()
  let pages: Waiting<HistoryPage>[] = []
  let page: Recorded[] = []
  let channel: ConversationTransport['channelState'] = 'initialized'
  let connection: ConversationTransport['connectionState'] = 'initialized'
  let members: readonly string[] = []
  let next = 0
  /** Counts the starts and the pauses: a start that a pause followed ends. */
  let plays = 0
  let attaching: (() => void)[] = []

  function report(change: ChannelChanged | ConnectionChanged): void {
    if (change.type === 'channel') channel = change.state
    else connection = change.state
    for (const observer of observers) observer(change)
    if (channel === 'attached') attaching = attaching.reduce<(() => void)[]>((rest, done) => (done(), rest), [])
  }

  /** @returns whether a caller's promise was settled, so that it goes on before the next event */
  function deliver(event: ConversationEvent): boolean {
    switch (event.type) {
      case 'channel':
      case 'connection':
        report(event)
        return false
      case 'presence':
        members = event.agents
        for (const watcher of watchers) watcher()
        return true
      case 'history':
        return endPage(event)
      case 'snapshot':
        return deliverSnapshot(event.serial, { serial: event.serial, event })
      case 'created':
      case 'appended':
      case 'replaced':
      case 'deleted':
      case 'cancel':
      case 'answer':
      case 'ignored':
        for (const subscriber of subscribers) subscriber({ event })
        return false
      // What the recording page did by itself: its prompts are among the messages, and time is the reader's own.
      case 'prompt-sent':
      case 'prompt-failed':
      case 'prompt-unanswered':
      case 'answer-sent':
      case 'answer-failed':
      case 'versions-read':
      case 'tick':
        return false
      default:
        event satisfies never
        return false
    }
  }

  function deliverSnapshot(serial: string, message: Recorded): boolean {
    const waiting = fetches.get(serial)
    fetches.delete(serial)
    for (const { resolve } of waiting ?? []) resolve(message)
    // Also where it was asked for alone: the client may no longer need that answer, but the message is news.
    if (pages.length > 0) page.push(message)
    else for (const subscriber of subscribers) subscriber(message)
    return waiting !== undefined
  }

  function endPage({ state, error }: HistoryRead): boolean {
    const waiting = pages
    const items = page.toReversed()
    pages = []
    page = []
    for (const { resolve, reject } of waiting) {
      if (state === 'failed') reject(new Error(error ?? 'the recording did not say why'))
      else resolve(pageOf(items))
    }
    return waiting.length > 0
  }

  async function play(): Promise<void> {
    const own = ++plays
    for (let event = log.events[next]; event; event = log.events[next]) {
      const pause = pauseBefore(log, next) / speed
      if (pause > 0) await wait(clock, pause)
      // Paused meanwhile: the next attach plays on from here.
      if (own !== plays) return
      next++
      if (deliver(event)) await wait(clock, 0)
    }
    giveUp()
  }

  /** What the recording never answered stays unanswered. */
  function giveUp(): void {
    const error = new Error('the recorded log ends here')
    for (const waiting of fetches.values()) for (const { reject } of waiting) reject(error)
    fetches.clear()
    for (const { resolve } of pages) resolve(pageOf(page.toReversed()))
    pages = []
  }

  const unsupported = async (reason: string): Promise<never> => {
    throw new Error(reason)
  }

  return {
    name: 'a recorded log',
    capabilities: {
      publish: UNWRITABLE,
      update: UNWRITABLE,
      delete: UNWRITABLE,
      history: true,
      fetchMessage: true,
      fetchVersions: UNKEPT,
      presence: true,
      time: 'a recorded log has no clock',
    },
    clientId: undefined,
    maxMessageSize: 65_536,
    get channelState() {
      return channel
    },
    get connectionState() {
      return connection
    },
    observe(listener) {
      observers.add(listener)
      if (connection !== 'initialized' && connection !== 'closing') listener({ type: 'connection', state: connection })
      if (channel !== 'initialized' && channel !== 'detaching') listener({ type: 'channel', state: channel })
      return () => void observers.delete(listener)
    },
    subscribe(listener) {
      subscribers.add(listener)
      return () => void subscribers.delete(listener)
    },
    async attach() {
      if (channel === 'attached') return
      const attached = new Promise<void>((resolve) => attaching.push(resolve))
      if (channel === 'attaching') return attached
      const resumes = next > 0
      // Before the connection is reported: a client attaches a channel that is down when its connection comes.
      channel = 'attaching'
      if (connection === 'initialized') report({ type: 'connection', state: 'connected' })
      report({ type: 'channel', state: 'attaching' })
      // A pause loses nothing. The beginning is as it was recorded, where the recording has one.
      if (resumes || !begins(log)) report({ type: 'channel', state: 'attached', resumed: resumes })
      void play()
      return attached
    },
    async detach() {
      plays++
      report({ type: 'channel', state: 'detached' })
    },
    connect: () => undefined,
    publish: () => unsupported(UNWRITABLE),
    update: () => unsupported(UNWRITABLE),
    delete: () => unsupported(UNWRITABLE),
    history() {
      if (next >= log.events.length) return Promise.resolve(pageOf([]))
      return new Promise((resolve, reject) => pages.push({ resolve, reject }))
    },
    fetchMessage(serial) {
      if (next >= log.events.length) return unsupported('the recorded log ends here')
      return new Promise((resolve, reject) => fetches.set(serial, [...(fetches.get(serial) ?? []), { resolve, reject }]))
    },
    fetchVersions: () => unsupported(UNKEPT),
    members: () => Promise.resolve(members),
    onMembersChanged(listener) {
      watchers.add(listener)
      return () => void watchers.delete(listener)
    },
    time: () => unsupported('a recorded log has no clock'),
  }
}

/** Whether the recording begins with its own attachment. */
function begins({ events }: Log): boolean {
  const first = events.find(({ type }) => type === 'channel' || type === 'created' || type === 'appended')
  return first?.type === 'channel'
}

function pageOf(items: readonly Recorded[]): HistoryPage {
  return { items, hasNext: () => false, next: () => Promise.resolve(null) }
}

/** Milliseconds between an event and the one before it, as far as both have a time. */
function pauseBefore(log: Log, index: number): number {
  const [before, at] = [timeBefore(log, index), timeOf(log, index)]
  return before === undefined || at === undefined ? 0 : Math.max(0, at - before)
}

function timeBefore(log: Log, index: number): number | undefined {
  for (let earlier = index - 1; earlier >= 0; earlier--) {
    const at = timeOf(log, earlier)
    if (at !== undefined) return at
  }
  return undefined
}

/** When an event was recorded: as its arrival says, or for a tick its own time. */
function timeOf({ events, arrivals }: Log, index: number): number | undefined {
  const event = events[index]
  return arrivals?.[index]?.at ?? (event?.type === 'tick' ? event.now : undefined)
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
