import { Realtime, Rest, type ClientOptions, type InboundMessage, type RealtimeChannel } from 'ably'
import { onTestFinished } from 'vitest'
import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '../src/index.ts'

export type { LocalAbly }

/** A server that closes when the test ends. */
export async function serve(options: LocalAblyOptions = {}): Promise<LocalAbly> {
  const server = await createLocalAbly(options)
  onTestFinished(() => server.close())
  return server
}

/** The real client; quiet, and closed when the test ends. */
export function realtime(server: LocalAbly, options: ClientOptions = {}): Realtime {
  const client = new Realtime(server.clientOptions<ClientOptions>({ logLevel: 0, ...options }))
  onTestFinished(() => client.close())
  return client
}

export function rest(server: LocalAbly, options: ClientOptions = {}): Rest {
  return new Rest(server.clientOptions<ClientOptions>({ logLevel: 0, ...options }))
}

export async function connected(server: LocalAbly, options: ClientOptions = {}): Promise<Realtime> {
  const client = realtime(server, options)
  await client.connection.whenState('connected')
  return client
}

/** Everything a channel delivers, and a promise for the first message that satisfies a condition. */
export class Received {
  readonly messages: InboundMessage[] = []
  readonly #waiting: { matches: (message: InboundMessage) => boolean; resolve: (message: InboundMessage) => void }[] = []

  static async on(channel: RealtimeChannel): Promise<Received> {
    const received = new Received()
    await channel.subscribe((message) => received.#add(message))
    return received
  }

  until(matches: (message: InboundMessage) => boolean): Promise<InboundMessage> {
    const known = this.messages.find((message) => matches(message))
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }))
  }

  get texts(): unknown[] {
    return this.messages.map((message) => message.data)
  }

  #add(message: InboundMessage): void {
    this.messages.push(message)
    for (const waiter of this.#waiting) if (waiter.matches(message)) waiter.resolve(message)
  }
}

/** Runs a suite once over JSON and once over msgpack. */
export const FORMATS = [
  ['msgpack', true],
  ['json', false],
] as const
