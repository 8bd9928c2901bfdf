import type { InboundMessage, Realtime, RealtimeChannel } from 'ably'

export interface FakeAbly {
  readonly client: Realtime
  readonly channel: RealtimeChannel
  /** Delivers a message to the subscribers. */
  deliver(message: InboundMessage): void
}

/** The members of an Ably client and one channel that both clients use: it attaches at once and has no history and no members. */
export function createFakeAbly(): FakeAbly {
  const messages = new Set<(message: InboundMessage) => void>()
  const states = new Set<(change: object) => void>()
  const nothing = { items: [], hasNext: () => false, next: async () => null }
  const connection = { state: 'connected', errorReason: null, on() {}, off() {}, connect() {} }
  const client = {
    auth: { clientId: 'user' },
    connection,
    options: {},
    channels: { get: () => channel },
  }
  const channel = {
    name: 'ai:bench',
    state: 'initialized',
    errorReason: null,
    client,
    channelOptions: {},
    async setOptions() {},
    async subscribe(listener: (message: InboundMessage) => void) {
      messages.add(listener)
      return null
    },
    unsubscribe: (listener: (message: InboundMessage) => void) => void messages.delete(listener),
    on: (listener: (change: object) => void) => void states.add(listener),
    off: (listener: (change: object) => void) => void states.delete(listener),
    async attach() {
      if (channel.state === 'attached') return null
      channel.state = 'attached'
      for (const listener of states) listener({ current: 'attached', previous: 'attaching', resumed: false })
      return null
    },
    async detach() {
      channel.state = 'detached'
    },
    history: async () => nothing,
    publish: async () => ({ serials: [] }),
    presence: { subscribe: async () => {}, unsubscribe() {}, get: async () => [] },
  }
  return {
    client: client as unknown as Realtime, // Both clients use only these members.
    channel: channel as unknown as RealtimeChannel, // As above.
    deliver(message) {
      for (const listener of messages) listener(message)
    },
  }
}
