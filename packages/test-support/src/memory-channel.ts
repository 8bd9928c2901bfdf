import type { ChannelWriter } from '@ably/ai-transport'
import type { ResponseWire } from '@streamfold/core/codec'
import type { InboundMessage, Message } from 'ably'

/** A channel in memory: what an agent writes there, as the service delivers it and as history returns it. */
export interface MemoryChannel {
  /** For their encoder. */
  readonly theirs: ChannelWriter
  /** For our codecs. */
  readonly ours: ResponseWire
  /** Every operation, as a client that is attached gets it. */
  delivered(): readonly InboundMessage[]
  /** Each message in its latest version, in the order of serials. */
  history(): readonly InboundMessage[]
}

interface Operation {
  readonly action: 'message.create' | 'message.append' | 'message.update'
  readonly serial: string
  readonly version: string
  readonly name: string | undefined
  readonly data: unknown
  readonly extras: unknown
}

/** @param refuses whether the n-th operation, from 1, is rejected */
export function memoryChannel(refuses: (n: number) => boolean = () => false): MemoryChannel {
  const log: Operation[] = []
  const held = new Map<string, Operation>()
  let count = 0

  async function write(action: Operation['action'], serial: string | undefined, message: Partial<Message>): Promise<string> {
    const n = ++count
    const { name, data, extras } = JSON.parse(JSON.stringify(message)) as Message // As it travels.
    if (data !== undefined && data !== null && typeof data !== 'string' && typeof data !== 'object')
      throw new Error(`unable to publish; data of type ${typeof data} is not supported`)
    if (refuses(n)) throw new Error(`unable to publish; operation ${n} is refused`)
    const version = `v${String(n).padStart(6, '0')}`
    const id = serial ?? version
    const before = held.get(id)
    const operation = { action, serial: id, version, name, data, extras }
    log.push(operation)
    const isAppend = action === 'message.append'
    held.set(id, {
      ...operation,
      action: before ? 'message.update' : action,
      name: name ?? before?.name,
      data: isAppend ? `${String(before?.data ?? '')}${String(data)}` : data,
      extras: extras ?? before?.extras,
    })
    return version
  }

  return {
    theirs: {
      async publish(messages: Message | Message[]) {
        const serials: string[] = []
        for (const message of [messages].flat()) serials.push(await write('message.create', undefined, message))
        return { serials }
      },
      appendMessage: async (message: Message) => ({ versionSerial: await write('message.append', message.serial, message) }),
      updateMessage: async (message: Message) => ({ versionSerial: await write('message.update', message.serial, message) }),
    },
    ours: {
      publish: (message) => write('message.create', undefined, message),
      append: async (serial, message) => ({ version: await write('message.append', serial, message) }),
      update: async (serial, message) => ({ version: await write('message.update', serial, message) }),
      read: async () => undefined,
      randomId: () => 'random',
    },
    delivered: () => log.map(inbound),
    // A map keeps the order in which its keys came.
    history: () => [...held.values()].map(inbound),
  }
}

function inbound({ version, name, ...operation }: Operation): InboundMessage {
  const message = {
    ...operation,
    // The service names no append.
    ...(operation.action !== 'message.append' && { name }),
    id: version,
    clientId: 'agent',
    timestamp: 1,
    version: { serial: version, timestamp: 1 },
  }
  return message as unknown as InboundMessage // The fields of one, without the annotations that no reader here uses.
}
