import type { InboundMessage } from 'ably'
import { inbound, serialOf } from './wire.ts'

export interface Answer {
  readonly prompt: InboundMessage
  readonly create: InboundMessage
  readonly appends: readonly InboundMessage[]
  readonly close: InboundMessage
}

/**
 * A prompt and its answer as `@streamfold/ably` publishes them: complete headers on every append.
 * @param index of the answer on its channel.
 */
export function ourAnswer(index: number, deltas: readonly string[]): Answer {
  const prompt = serialOf(index * 2)
  const serial = serialOf(index * 2 + 1)
  const headers = { role: 'assistant', status: 'streaming', 'reply-to': prompt }
  const append = (data: string, version: number, status: string) =>
    inbound({
      action: 'message.append',
      serial,
      version: serialOf(1e9 + index * 1e5 + version),
      clientId: 'agent',
      name: 'response',
      data,
      extras: { headers: { ...headers, status } },
    })
  return {
    prompt: inbound({
      action: 'message.create',
      serial: prompt,
      version: prompt,
      clientId: 'user',
      name: 'prompt',
      data: `Question ${index}?`,
      extras: { headers: { role: 'user' } },
      id: `prompt-${index}`,
    }),
    create: inbound({
      action: 'message.create',
      serial,
      version: serial,
      clientId: 'agent',
      name: 'response',
      data: '',
      extras: { headers },
    }),
    appends: deltas.map((delta, version) => append(delta, version, 'streaming')),
    close: append('', deltas.length, 'complete'),
  }
}
