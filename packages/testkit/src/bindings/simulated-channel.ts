import type { Headers } from '@streamfold/core'
import type { Metadata, RawMessage } from '../server-model.ts'
import type { ChannelChange, ChannelControl } from './channel-lifecycle.ts'
import { createLifecycle, refused } from './channel-lifecycle.ts'
import type { Emitter } from './emitter.ts'
import type { SimulatedConnection, SimulatedError } from './simulated-connection.ts'
import type { SimulatedHistory } from './simulated-history.ts'
import { readHistory } from './simulated-history.ts'
import type { SimulatedPresence } from './simulated-presence.ts'
import { createPresence } from './simulated-presence.ts'
import type { SimulatedService } from './simulated-service.ts'
import { LATENCY } from './simulated-service.ts'

/** A message that a channel publishes. */
interface SimulatedDraft {
  readonly serial?: string
  readonly id?: string
  readonly name?: string
  readonly data?: unknown
  readonly extras?: { readonly headers?: Headers }
}

/** What an operation says of itself. */
interface SimulatedOperation {
  readonly metadata?: Metadata
}

interface Options {
  readonly attachOnSubscribe?: boolean
  readonly params?: Readonly<Record<string, string>>
}

type OnMessage = (message: RawMessage) => void

/** A channel with the members of the ably client's that Streamfold and its bindings use. */
export interface SimulatedRealtimeChannel extends Emitter<ChannelChange> {
  readonly name: string
  readonly state: string
  readonly errorReason: SimulatedError | null
  readonly params: Readonly<Record<string, string>>
  readonly client: SimulatedChannelClient
  readonly channelOptions: Options
  readonly presence: SimulatedPresence
  /** The listeners of messages. */
  readonly subscriptions: Emitter<RawMessage>
  setOptions(options?: Options): Promise<void>
  attach(): Promise<ChannelChange | null>
  detach(): Promise<void>
  whenState(state: string): Promise<ChannelChange | null>
  subscribe(eventOrListener: string | OnMessage, listener?: OnMessage): Promise<ChannelChange | null>
  unsubscribe(eventOrListener?: string | OnMessage, listener?: OnMessage): void
  publish(
    nameOrMessages: string | SimulatedDraft | readonly SimulatedDraft[],
    data?: unknown,
  ): Promise<{ serials: (string | null)[] }>
  appendMessage(message: SimulatedDraft, operation?: SimulatedOperation): Promise<{ versionSerial: string | null }>
  updateMessage(message: SimulatedDraft, operation?: SimulatedOperation): Promise<{ versionSerial: string | null }>
  deleteMessage(message: SimulatedDraft): Promise<{ versionSerial: string | null }>
  history(params?: { readonly limit?: number; readonly untilAttach?: boolean } | null): Promise<SimulatedHistory>
  getMessage(serial: string): Promise<RawMessage>
  /** The create, the updates and the deletes of a message, oldest first. */
  getMessageVersions(serial: string): Promise<SimulatedHistory>
}

export interface SimulatedChannelClient {
  readonly connection: SimulatedConnection
  readonly auth: { readonly clientId: string | undefined }
  readonly options: { readonly maxMessageSize: number }
}

export function createChannel(
  service: SimulatedService,
  client: SimulatedChannelClient,
  name: string,
): { readonly channel: SimulatedRealtimeChannel; readonly control: ChannelControl } {
  const { clock } = service
  const { connection } = client
  const there = service.channel(name)
  let channelOptions: Options = {}
  const life = createLifecycle(service, connection, name, () => channelOptions.params)
  const { changes, subscriptions, attach, detach } = life

  /** Performed by the service as soon as there is a connection, and answered a moment later. */
  function request<Result>(perform: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      connection.whenConnected(() => clock.after(LATENCY, () => resolve(perform())))
    })
  }

  /** Changes a message of this client's; its token does not let it change others'. */
  async function mutate(serial: string | undefined, change: (serial: string) => void): Promise<{ versionSerial: string | null }> {
    const answer = await request(() => {
      const known = there.server.latest(serial ?? '')
      if (!known) return 'there is no such message'
      if (known.clientId !== (client.auth.clientId ?? '')) return 'the capability lacks "message-update-any"'
      change(known.serial)
      there.deliver()
      return { versionSerial: there.server.latest(known.serial)?.version.serial ?? null }
    })
    if (typeof answer === 'string') throw refused(answer)
    return answer
  }

  const channel: SimulatedRealtimeChannel = {
    ...changes,
    name,
    client,
    subscriptions,
    presence: createPresence(there, client, request),
    get state() {
      return life.state
    },
    get errorReason() {
      return life.errorReason
    },
    get params() {
      return life.params
    },
    get channelOptions() {
      return channelOptions
    },
    async setOptions(options = {}) {
      channelOptions = options
    },
    attach,
    detach,
    whenState: (wanted) => (life.state === wanted ? Promise.resolve(null) : changes.once(wanted)),
    async subscribe(first, second) {
      if (life.state === 'failed') throw refused('the channel has failed')
      subscriptions.on(first, second)
      return channelOptions.attachOnSubscribe === false ? null : attach()
    },
    unsubscribe: (first, second) => subscriptions.off(first, second),
    publish(first, data) {
      const messages = typeof first === 'string' ? [{ name: first, data }] : [first].flat()
      return request(() => ({ serials: messages.map(create) }))
    },
    appendMessage: ({ serial, data, extras }, operation) =>
      mutate(serial, (serial) => there.server.append(serial, String(data ?? ''), extras?.headers, operation?.metadata)),
    updateMessage: ({ serial, data, extras }, operation) =>
      mutate(serial, (serial) => there.server.update(serial, String(data ?? ''), extras?.headers, operation?.metadata)),
    deleteMessage: ({ serial }) => mutate(serial, (serial) => there.server.delete(serial)),
    history: (asking) =>
      request(() => readHistory(there.server, request, asking?.limit, asking?.untilAttach ? life.attachedAt : undefined)),
    async getMessage(serial) {
      const message = await request(() => there.server.latest(serial))
      if (!message) throw refused('there is no such message')
      return message
    },
    async getMessageVersions(serial) {
      const items = await request(() => there.server.versions(serial))
      if (items.length === 0) throw refused('there is no such message')
      return { items, hasNext: () => false, isLast: () => true, next: () => Promise.resolve(null) }
    },
  }

  function create({ id, name, data, extras }: SimulatedDraft): string {
    return there.publish({
      text: typeof data === 'string' ? data : '',
      headers: extras?.headers ?? {},
      clientId: client.auth.clientId ?? '',
      ...(name !== undefined && { name }),
      ...(id !== undefined && { id }),
    })
  }

  return { channel, control: life }
}
