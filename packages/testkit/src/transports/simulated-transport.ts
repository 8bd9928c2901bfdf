import type { ChannelState, ConnectionState, ConversationTransport } from '@streamfold/core/transport'
import type { ChannelChange } from '../bindings/channel-lifecycle.ts'
import type { SimulatedClient } from '../bindings/simulated-client.ts'
import type { ConnectionChange } from '../bindings/simulated-connection.ts'
import type { SimulatedRealtimeChannel } from '../bindings/simulated-channel.ts'
import type { SimulatedService } from '../bindings/simulated-service.ts'

const transports = new WeakMap<SimulatedRealtimeChannel, ConversationTransport>()

/** A simulated channel behind the port that `@streamfold/client` uses: the same object for the same client and name. */
export function simulatedTransport(
  service: SimulatedService,
  client: SimulatedClient,
  channelName: string,
): ConversationTransport {
  const channel = client.channels.get(channelName)
  let transport = transports.get(channel)
  if (!transport) transports.set(channel, (transport = create(service, client, channel)))
  return transport
}

type Observer = Parameters<ConversationTransport['observe']>[0]

function create(service: SimulatedService, client: SimulatedClient, channel: SimulatedRealtimeChannel): ConversationTransport {
  const { connection, auth, options } = client
  return {
    name: channel.name,
    capabilities: {
      publish: true,
      update: true,
      delete: true,
      history: true,
      fetchMessage: true,
      fetchVersions: true,
      presence: true,
      time: true,
    },
    clientId: auth.clientId,
    maxMessageSize: options.maxMessageSize,
    get channelState() {
      return channel.state as ChannelState // The lifecycle has no others.
    },
    get connectionState() {
      return connection.state as ConnectionState // Likewise.
    },
    observe(listener) {
      const onConnection = (change: ConnectionChange) => reportConnection(change, listener)
      const onChannel = (change: ChannelChange) => reportChannel(change, listener)
      connection.on(onConnection)
      channel.on(onChannel)
      onConnection({ current: connection.state, previous: connection.state })
      onChannel({ current: channel.state, previous: channel.state, resumed: false })
      return () => {
        connection.off(onConnection)
        channel.off(onChannel)
      }
    },
    subscribe(listener) {
      const own = (message: unknown): void => listener(message)
      channel.subscriptions.on(own)
      return () => channel.subscriptions.off(own)
    },
    async attach({ rewind = false } = {}) {
      if (connection.state === 'initialized') connection.connect()
      await channel.setOptions({ ...channel.channelOptions, ...(rewind && { params: { rewind } }) })
      await channel.attach()
    },
    detach: () => channel.detach(),
    connect() {
      if (connection.state !== 'initialized') connection.connect()
    },
    async publish(message) {
      const { serials } = await channel.publish(message)
      return serials[0] ?? undefined
    },
    async publishAll(messages) {
      const { serials } = await channel.publish(messages)
      return serials.filter((serial) => serial !== null)
    },
    update: async (serial, message) => (await channel.updateMessage({ ...message, serial })).versionSerial ?? undefined,
    delete: async (serial) => (await channel.deleteMessage({ serial })).versionSerial ?? undefined,
    history: (asked) => channel.history(asked),
    fetchMessage: (serial) => channel.getMessage(serial),
    fetchVersions: async (serial) => (await channel.getMessageVersions(serial)).items,
    members: async () => (await channel.presence.get()).map(({ clientId }) => clientId),
    onMembersChanged(listener) {
      const own = (): void => listener()
      // It settles at once.
      void channel.presence.subscribe(own)
      return () => channel.presence.unsubscribe(own)
    },
    time: async () => service.clock.now(),
  }
}

function reportConnection({ current, reason, retryIn }: ConnectionChange, listener: Observer): void {
  if (current === 'connecting' || current === 'connected') listener({ type: 'connection', state: current })
  else if (current === 'closed') listener({ type: 'connection', state: current, error: 'the client was closed' })
  else if (current === 'disconnected')
    listener({
      type: 'connection',
      state: current,
      ...(reason && { error: reason.message }),
      ...(retryIn !== undefined && { retryIn }),
    })
}

function reportChannel({ current, reason, resumed }: ChannelChange, listener: Observer): void {
  if (current === 'attached') listener({ type: 'channel', state: current, resumed })
  else if (current === 'attaching') listener({ type: 'channel', state: current })
  else if (current === 'detaching' || current === 'detached') listener({ type: 'channel', state: 'detached' })
  else if (current === 'failed') listener({ type: 'channel', state: current, ...(reason && { error: reason.message }) })
}
