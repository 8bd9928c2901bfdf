import type { ConversationHandle } from '@streamfold/ably'
import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { AgentChannel } from '@streamfold/core/transport'
import type { LocalAbly, LocalAblyOptions } from '@streamfold/local-ably'
import { createLocalAbly } from '@streamfold/local-ably'
import type { ClientOptions, RealtimeChannel } from 'ably'
import { Realtime } from 'ably'
import { onTestFinished } from 'vitest'

export { until } from '@streamfold/testkit'
export type { LocalAbly }

export async function serve(options: LocalAblyOptions = {}): Promise<LocalAbly> {
  const server = await createLocalAbly(options)
  onTestFinished(() => server.close())
  return server
}

/** The real client, quiet and quick to come back. Close it. */
export function client(server: LocalAbly, options: ClientOptions = {}): Realtime {
  const quick = { logLevel: 0, disconnectedRetryTimeout: 100, suspendedRetryTimeout: 100 }
  return new Realtime(server.clientOptions<ClientOptions>({ ...quick, ...options }))
}

/** The same, closed when the test ends. */
export function realtime(server: LocalAbly, options: ClientOptions = {}): Realtime {
  const made = client(server, options)
  onTestFinished(() => made.close())
  return made
}

export function agentChannel(realtimeClient: Realtime, name: string): AgentChannel {
  const channel = realtimeClient.channels.get(name, { params: { rewind: '1m' } })
  return createAgentChannel(channel, { clientId: 'agent', agent: 'agent' })
}

/** What a user sees, told of at once. */
export function watch(channel: RealtimeChannel): ConversationHandle {
  const handle = openConversation(channel, { scheduler: (flush) => flush(), agent: 'agent' })
  onTestFinished(() => handle.release())
  return handle
}

/** A client that renews short-lived tokens. */
export function renewing(server: LocalAbly, ttl: number, onToken: () => void): Realtime {
  const issuer = realtime(server)
  const { key: _key, ...options } = server.clientOptions<ClientOptions>({ logLevel: 0 })
  const made = new Realtime({
    ...options,
    authCallback(_, done) {
      onToken()
      void answer(done, issuer.auth.requestToken({ clientId: 'agent', ttl }))
    },
  })
  onTestFinished(() => made.close())
  return made
}

async function answer<T>(done: (error: string | null, token: T | null) => void, token: Promise<T>): Promise<void> {
  try {
    done(null, await token)
  } catch (error) {
    done(String(error), null)
  }
}

export async function ask(channel: RealtimeChannel, text: string): Promise<string> {
  const { serials } = await channel.publish({ name: 'prompt', data: text, extras: { headers: { role: 'user' } } })
  return serials[0]!
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Words at a pace, in milliseconds a word. */
export async function* words(count: number, pace: number): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) {
    if (pace > 0) await pause(pace)
    yield ` word${n}`
  }
}

export function text(count: number): string {
  return Array.from({ length: count }, (_, n) => ` word${n}`).join('')
}
