import type { Head, Outbound, ResponseWire } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import type { ConversationEvent, Headers, MessagePart } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'

/** A head and its body. */
export type Written = readonly [Head, (string | undefined)?]

/** An operation that the service has carried out. */
export interface Stored {
  readonly action: 'message.create' | 'message.append' | 'message.update'
  readonly serial: string
  readonly message: Outbound
}

/** A channel that holds messages. @param refuses whether it rejects the n-th operation */
export function channel(refuses: (n: number) => boolean = () => false) {
  const log: Stored[] = []
  const headers = new Map<string, Headers>()
  let calls = 0
  let serials = 0
  const write = async (action: Stored['action'], message: Outbound, serial: string): Promise<string> => {
    calls += 1
    if (refuses(calls)) throw new Error(`refused ${calls}`)
    log.push({ action, serial, message })
    return serial
  }
  const name = (n: number): string => `s${String(n).padStart(4, '0')}`
  const wire: ResponseWire = {
    publish: (message) => write('message.create', message, name(++serials)),
    append: async (serial, message) => ({ version: await write('message.append', message, serial) }),
    update: async (serial, message) => ({ version: await write('message.update', message, serial) }),
    read: async (serial) => ({ headers: headers.get(serial) ?? {}, clientId: 'bot' }),
    randomId: () => 'nonce',
  }
  /** What a reader makes of it. */
  const events = (): ConversationEvent[] =>
    log.map(({ action, serial, message }, at) =>
      normalise(
        {
          ...message,
          action,
          serial,
          clientId: 'bot',
          timestamp: 1,
          version: { serial: action === 'message.create' ? serial : `v${String(at).padStart(6, '0')}`, timestamp: at },
        },
        { agent: 'bot', codec: aiTransportAgent },
      ),
    )
  const began: ConversationEvent[] = [
    { type: 'channel', state: 'attaching' },
    { type: 'channel', state: 'attached' },
  ]
  const read = () => selectMessages([...began, ...events()].reduce(reduce, emptyConversation()))
  const kinds = () =>
    log
      .filter(({ action }) => action === 'message.create')
      .map(({ message }) => {
        const { codec } = message.extras['ai'] as { codec?: Headers }
        return codec?.['kind'] ?? message.name
      })
  return { log, headers, read, kinds, writer: aiTransportAgent.respond!(wire), wire }
}

/** Frames as data, behind a text without a head. */
export const dataOf = (first: string, frames: readonly Written[]): string =>
  escapeBody(first) + frames.map(([head, body = '']) => frameHead(head) + escapeBody(body)).join('')

export const headersOf = (status: string): Headers => ({ role: 'assistant', status, format: 'parts/1' })

/** Writes a response in as many appends as it has cuts, and ends it. */
export async function write(data: string, cuts: readonly number[] = [], there = channel()) {
  const { writer } = there
  const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
  const at = [...new Set(cuts.map((cut) => cut % (data.length + 1)))].toSorted((a, b) => a - b)
  const pieces = [...at, data.length].map((cut, index) => data.slice(at[index - 1] ?? 0, cut))
  const all = pieces.map((text) => writer.append(serial, { text, headers: headersOf('streaming') }))
  await Promise.all([...all, writer.append(serial, { text: '', headers: headersOf('complete') })])
  return { ...there, serial }
}

/** The parts that readers of Streamfold's own format see. */
export function expectedParts(data: string, status = 'complete'): readonly MessagePart[] {
  const event = normalise({
    serial: 's1',
    action: 'message.create',
    name: 'response',
    data,
    clientId: 'agent',
    timestamp: 1,
    version: { serial: 's1', timestamp: 1 },
    extras: { headers: headersOf(status) },
  })
  return selectMessages([event].reduce(reduce, emptyConversation()))[0]?.parts ?? []
}

/** Without what AI Transport's messages do not say. */
export function plain(parts: readonly MessagePart[]): unknown {
  return parts.map((part) => {
    const { input, output, data, ...rest } = part as Readonly<Record<string, unknown>> & MessagePart
    const { inputText: _, id: __, ...kept } = rest as Readonly<Record<string, unknown>>
    return {
      ...kept,
      ...(input !== undefined && { input }),
      ...(output !== undefined && { output }),
      ...(data !== undefined && { data }),
    }
  })
}
