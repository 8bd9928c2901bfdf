import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '@streamfold/local-ably'
import type { Conversation, Headers } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { Realtime, type ClientOptions, type RealtimeChannel } from 'ably'
import { onTestFinished } from 'vitest'
import { createResponseWriter, openConversation, type ConversationHandle, type OpenOptions } from '../src/index.ts'

export { until } from '@streamfold/testkit'
export type { LocalAbly }

export async function serve(options: LocalAblyOptions = {}): Promise<LocalAbly> {
  // Versions one by one, as a test writes them.
  const server = await createLocalAbly({ appendRollupWindow: 0, ...options })
  onTestFinished(() => server.close())
  return server
}

/** The real client, quiet, quick to come back, closed when the test ends. */
export function realtime(server: LocalAbly, options: ClientOptions = {}): Realtime {
  const client = new Realtime(
    server.clientOptions<ClientOptions>({ logLevel: 0, disconnectedRetryTimeout: 100, suspendedRetryTimeout: 100, ...options }),
  )
  onTestFinished(() => client.close())
  return client
}

/** Opens a conversation that tells its subscribers at once, so that no state is missed between frames. */
export function open(channel: RealtimeChannel, options: OpenOptions = {}): ConversationHandle {
  const handle = openConversation(channel, { scheduler: (flush) => flush(), ...options })
  onTestFinished(() => handle.release())
  return handle
}

export const live = (state: Conversation) => selectConnectionStatus(state) === 'live'

export function texts(state: Conversation): readonly string[] {
  return selectMessages(state).map(({ text }) => text)
}

/** What history says now. */
export async function historyTexts(channel: RealtimeChannel): Promise<readonly string[]> {
  const { items } = await channel.history({ limit: 1000 })
  return items
    .filter(({ name }) => name !== 'cancel')
    .map(({ data }) => data as string)
    .toReversed()
}

export interface Writing {
  readonly channel: RealtimeChannel
  readonly writer: ResponseWriter
  begin(text?: string, headers?: Headers): Promise<string>
  append(serial: string, text: string): Promise<unknown>
  complete(serial: string, text: string): Promise<unknown>
}

/** An agent's hand on the channel. */
export function agentOn(server: LocalAbly, name: string, options: ClientOptions = {}): Writing {
  const channel = realtime(server, { clientId: 'agent', ...options }).channels.get(name)
  const writer = createResponseWriter(channel)
  const headers = (status: string): Headers => ({ role: 'assistant', status })
  return {
    channel,
    writer,
    begin: async (text = '', more = {}) => (await writer.create({ text, headers: { ...headers('streaming'), ...more } })).serial,
    append: (serial, text) => writer.append(serial, { text, headers: headers('streaming') }),
    complete: (serial, text) => writer.append(serial, { text, headers: headers('complete') }),
  }
}
