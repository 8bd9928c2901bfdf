import type { Message, PaginatedResult, RealtimeChannel } from 'ably'
import { reasonOf } from '@streamfold/client'
import type { ConversationTransport } from '@streamfold/core/transport'
import { clientIdOf, connectionOf, maxMessageSizeOf, timeOf } from './channel-internals.ts'
import { checkChannel } from './check-channel.ts'
import { followChannel } from './follow-channel.ts'
import { applyRewind } from './rewind.ts'

const transports = new WeakMap<RealtimeChannel, ConversationTransport>()

/**
 * The transport of a realtime channel, for `@streamfold/client` and the bindings: the same object for the same channel, so that all
 * openers of the channel share one conversation. The channel is not used before the transport is.
 *
 * @throws ConversationError `no-channel`, `no-channel-name`.
 */
export function ablyTransport(channel: RealtimeChannel): ConversationTransport {
  checkChannel(channel)
  let transport = transports.get(channel)
  if (!transport) transports.set(channel, (transport = create(channel)))
  return transport
}

function create(channel: RealtimeChannel): ConversationTransport {
  const presence = presenceOf(channel)
  /** Subscriptions that wait: subscribing attaches the channel, and throws on a channel that has failed. */
  const waiting = new Set<() => void>()

  function subscribeWaiting(): void {
    if (channel.state === 'failed') return
    for (const subscribe of waiting) subscribe()
    waiting.clear()
  }

  function subscribing(subscribe: () => Promise<unknown>, unsubscribe: () => void): () => void {
    // Rejects when the attachment fails, which the channel's events report.
    const begin = (): void => void subscribe().catch(() => {})
    waiting.add(begin)
    if (channel.state === 'attached' || channel.state === 'attaching') subscribeWaiting()
    return () => {
      if (!waiting.delete(begin)) unsubscribe()
    }
  }

  return {
    name: channel.name,
    capabilities: {
      publish: true,
      update: true,
      delete: true,
      history: true,
      fetchMessage: true,
      fetchVersions: true,
      presence: presence ? true : 'the client was built without its presence plugin',
      time: true,
    },
    get clientId() {
      return clientIdOf(channel)
    },
    get maxMessageSize() {
      return maxMessageSizeOf(channel)
    },
    get channelState() {
      return channel.state
    },
    get connectionState() {
      return connectionOf(channel).state
    },
    observe: (listener) => followChannel(channel, connectionOf(channel), listener),
    subscribe(listener) {
      // Its own function, because a channel stores a function that subscribes twice only once.
      const own = (message: unknown): void => listener(message)
      return subscribing(
        () => channel.subscribe(own),
        () => channel.unsubscribe(own),
      )
    },
    async attach({ rewind = false } = {}) {
      const connection = connectionOf(channel)
      // A client made with `autoConnect: false`, so that a server that only renders does not connect.
      if (connection.state === 'initialized') connection.connect()
      applyRewind(channel, rewind)
      // Before the attachment, so that subscribers receive all that it delivers; a failed channel leaves that state by being attached.
      subscribeWaiting()
      const attaching = channel.attach()
      subscribeWaiting()
      await attaching
    },
    detach: () => channel.detach(),
    connect() {
      const connection = connectionOf(channel)
      if (!['connected', 'connecting', 'initialized'].includes(connection.state)) connection.connect()
    },
    async publish(message) {
      const result = await explaining('publish', channel.publish(message))
      return result?.serials?.[0] ?? undefined
    },
    async publishAll(messages) {
      const result = await explaining('publish', channel.publish([...messages]))
      const serials = result?.serials ?? []
      return serials.every((serial) => serial !== null) ? serials : []
    },
    async update(serial, { name, data, extras }) {
      const result = await explaining('message-update-own', channel.updateMessage({ serial, name, data, extras }))
      return result.versionSerial ?? undefined
    },
    async delete(serial) {
      const result = await explaining('message-delete-own', channel.deleteMessage({ serial }))
      return result.versionSerial ?? undefined
    },
    history: ({ limit, untilAttach = false }) =>
      explaining('history', channel.history({ limit, ...(untilAttach && { untilAttach }) })),
    fetchMessage: (serial) => channel.getMessage(serial),
    async fetchVersions(serial) {
      const versions: Message[] = []
      for (let page: PaginatedResult<Message> | null = await explaining('history', channel.getMessageVersions(serial)); page;) {
        versions.push(...page.items)
        page = page.hasNext() ? await page.next() : null
      }
      return versions
    },
    async members() {
      if (!presence) throw new Error('the client was built without its presence plugin')
      // `get` would attach a detached channel, and never settles if the attachment does not receive presence.
      if (channel.state !== 'attached' || channel.modes?.includes('presence_subscribe') === false)
        throw new Error(`presence is not received on "${channel.name}"`)
      return (await presence.get()).map(({ clientId }) => clientId)
    },
    onMembersChanged(listener) {
      if (!presence) return () => {}
      const own = (): void => listener()
      return subscribing(
        () => presence.subscribe(own),
        () => presence.unsubscribe(own),
      )
    },
    time: () => timeOf(channel),
  }

  /** Adds what to do if the token does not permit an operation. */
  async function explaining<Result>(operation: string, call: Promise<Result>): Promise<Result> {
    try {
      return await call
    } catch (cause) {
      const refused = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 40160
      if (!refused) throw cause
      const what = `grant "${operation}" on "${channel.name}" in the capability of its token`
      throw new Error(`${reasonOf(cause)} (${what})`, { cause })
    }
  }
}

/** Undefined on a modular client without the presence plugin, whose getter throws. */
function presenceOf(channel: RealtimeChannel): RealtimeChannel['presence'] | undefined {
  try {
    return channel.presence
  } catch {
    return undefined
  }
}
