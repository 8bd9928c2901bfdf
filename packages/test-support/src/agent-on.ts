import { createResponseWriter } from '@streamfold/ably'
import type { Headers } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { LocalAbly } from '@streamfold/local-ably'
import type { ClientOptions, RealtimeChannel } from 'ably'
import { realtime } from './realtime.ts'

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
