import { emptyConversation, normalise, reduce, selectMessage } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import type { InboundMessage } from 'ably'
import type { UIMessage, UIMessageChunk } from 'ai'
import { readUIMessageStream } from 'ai'
import { folded } from './conversations.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { deltasOf, inbound, serialOf } from './wire.ts'

/** One increment of an agent's run: a head, or a delta of the open body. Its chunk is the same for the AI SDK. */
interface Increment {
  readonly head?: Head
  readonly text: string
  readonly chunks: readonly UIMessageChunk[]
}

const step = (head: Head, text: string, ...chunks: readonly UIMessageChunk[]): Increment => ({ head, text, chunks })

/** Reasoning, two calls of tools with streamed input and output, a source, and text: 1,000 deltas. */
function agentRun(): readonly Increment[] {
  const thought = deltasOf(300).map((delta): Increment => ({
    text: delta,
    chunks: [{ type: 'reasoning-delta', id: 'r', delta }],
  }))
  const said = deltasOf(300).map((delta): Increment => ({ text: delta, chunks: [{ type: 'text-delta', id: 't', delta }] }))
  return [
    step({ type: 'reasoning' }, '', { type: 'reasoning-start', id: 'r' }),
    ...thought,
    ...['c1', 'c2'].flatMap((id) => call(id)),
    step({ type: 'source', id: 'u', url: 'https://a.test' }, '', { type: 'source-url', sourceId: 'u', url: 'https://a.test' }),
    step({ type: 'text' }, '', { type: 'text-start', id: 't' }),
    ...said,
  ]
}

function call(id: string, deltas = 198): readonly Increment[] {
  const query = deltasOf(deltas)
  const input = ['{"query":"', ...query, '"}']
  const output = { found: query.slice(0, 20) }
  return [
    step({ type: 'tool', id, name: 'search' }, '', { type: 'tool-input-start', toolCallId: id, toolName: 'search' }),
    ...input.map((text): Increment => ({ text, chunks: [{ type: 'tool-input-delta', toolCallId: id, inputTextDelta: text }] })),
    step({ type: 'input', id }, '', {
      type: 'tool-input-available',
      toolCallId: id,
      toolName: 'search',
      input: JSON.parse(input.join('')),
    }),
    step({ type: 'output', id }, JSON.stringify(output), { type: 'tool-output-available', toolCallId: id, output }),
    step({ type: 'end' }, ''),
  ]
}

/** The increments as one growing message in the format `parts/1`. */
function framed(increments: readonly Increment[]): {
  readonly create: InboundMessage
  readonly appends: readonly InboundMessage[]
} {
  const { create } = ourAnswer(0, [])
  const headers = { role: 'assistant', status: 'streaming', 'reply-to': serialOf(0), format: 'parts/1' }
  const appends = increments.map(({ head, text }, index) =>
    inbound({
      action: 'message.append',
      serial: create.serial ?? '',
      version: serialOf(1e9 + index),
      clientId: 'agent',
      name: 'response',
      data: (head ? frameHead(head) : '') + text,
      extras: { headers },
    }),
  )
  return { create, appends }
}

function chunksOf(increments: readonly Increment[]): readonly UIMessageChunk[] {
  return [{ type: 'start', messageId: 'm' }, ...increments.flatMap(({ chunks }) => chunks), { type: 'finish' }]
}

async function readAll(chunks: readonly UIMessageChunk[], each?: (message: UIMessage) => void): Promise<UIMessage | undefined> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  let last: UIMessage | undefined
  for await (const message of readUIMessageStream({ stream })) {
    each?.(message)
    last = message
  }
  return last
}

/** A run of an agent with parts, beside text alone and the AI SDK; and the input of a tool, read while it streams. */
export async function partsRows(): Promise<Measured[]> {
  const run = agentRun()
  const ours = framed(run)
  const text = ourAnswer(0, deltasOf(run.length))
  const chunks = chunksOf(run)
  const serial = ours.create.serial ?? ''
  const fold = () => selectMessage(folded(emptyConversation(), [ours.create, ...ours.appends]), serial)!

  const types = (parts: readonly { readonly type: string }[]) => parts.map(({ type }) => type).join(' ')
  const theirs = await readAll(chunks)
  if (types(fold().parts) !== types(theirs?.parts ?? [])) throw new Error('unable to compare; the parts are not the same')

  const alone = await race(
    { parts: fold, text: () => selectMessage(folded(emptyConversation(), [text.create, ...text.appends]), serial) },
    { operations: run.length },
  )
  const shown = () => shownParts(ours.create, ours.appends)
  const sdk = await race({ parts: fold, sdk: () => readAll(chunks) }, { operations: run.length })
  const each = await race({ parts: shown, sdk: () => readAll(chunks) }, { operations: run.length })
  return [
    row('fold-parts', 'ns/append', alone.parts, { 'text fold': alone.text }, { atLeast: 0.7 }),
    row('fold-parts-ai-sdk', 'ns/append', sdk.parts, { readUIMessageStream: sdk.sdk }, { atLeast: 20 }),
    row('show-parts-ai-sdk', 'ns/append', each.parts, { readUIMessageStream: each.sdk }),
    await callsRow(),
    ...(await inputRows('string', longString, 4)),
    ...(await inputRows('rows', hundredRows, 10)),
  ]
}

/** Calls of tools, read after each append: what an append costs among many and among few. */
async function callsRow(): Promise<Measured> {
  const reading = (count: number) => {
    const increments = Array.from({ length: count }, (_, at) => call(`c${at}`, 1)).flat()
    const { create, appends } = framed(increments)
    return () => shownParts(create, appends)
  }
  const repeated = (times: number, run: () => unknown) => () => Array.from({ length: times }, run)
  const perCall = call('c', 1).length
  const { many, few } = await race(
    { many: reading(1_600), few: repeated(16, reading(100)) },
    { operations: 1_600 * perCall, rounds: 7 },
  )
  return {
    id: 'show-1600-calls',
    unit: 'ns/append',
    ours: many,
    peers: { '100 calls': few },
    ratio: many / few,
    goal: { atMost: 4 },
    note: 'each append makes a new list of the parts, so its pointers are copied; nothing else depends on their number',
  }
}

/** Folds appends, and reads the parts after each. */
function shownParts(create: InboundMessage, appends: readonly InboundMessage[]): number {
  let state = reduce(emptyConversation(), normalise(create))
  let parts = 0
  for (const append of appends) {
    state = reduce(state, normalise(append))
    parts += selectMessage(state, create.serial ?? '')!.parts.length
  }
  return parts
}

const longString = (length: number) => JSON.stringify({ text: 'abcdefghij '.repeat(length / 11).slice(0, length - 11) })

function hundredRows(length: number): string {
  const width = Math.floor((length - 8) / 100) - 19
  const rows = Array.from({ length: 100 }, (_, index) => ({ id: index + 100, name: 'x'.repeat(width) }))
  return JSON.stringify({ rows })
}

/** The input of a call, read after each of its characters. */
async function inputRows(name: string, json: (length: number) => string, atLeast: number): Promise<Measured[]> {
  const competitor = (length: number) => {
    const increments: readonly Increment[] = [
      step({ type: 'tool', id: 'c', name: 'write' }, '', { type: 'tool-input-start', toolCallId: 'c', toolName: 'write' }),
      ...[...json(length)].map((text): Increment => ({
        text,
        chunks: [{ type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: text }],
      })),
    ]
    const { create, appends } = framed(increments)
    const serial = create.serial ?? ''
    const chunks = chunksOf(increments).slice(0, -1)
    return {
      ours() {
        let state = reduce(emptyConversation(), normalise(create))
        let input: unknown
        for (const append of appends) {
          state = reduce(state, normalise(append))
          const part = selectMessage(state, serial)!.parts[0]
          if (part && 'toolCallId' in part) input = part.input
        }
        return input
      },
      async theirs() {
        let input: unknown
        await readAll(chunks, ({ parts: [part] }) => {
          if (part && 'input' in part) input = part.input
        })
        return input
      },
      characters: appends.length,
    }
  }
  const [small, large] = [competitor(4_000), competitor(16_000)]
  if (JSON.stringify(small.ours()) !== JSON.stringify(await small.theirs()))
    throw new Error('unable to compare; the inputs differ')
  const both = await race({ ours: small.ours, theirs: small.theirs }, { operations: small.characters, rounds: 7 })
  const grown = await race({ small: small.ours, large: large.ours }, { operations: 1, rounds: 7 })
  const [shorter, longer] = [grown.small / small.characters, grown.large / large.characters]
  return [
    row(`input-${name}`, 'ns/character', both.ours, { readUIMessageStream: both.theirs }, { atLeast }),
    {
      id: `input-${name}-growth`,
      unit: 'ns/character',
      ours: longer,
      peers: { '4,000': shorter },
      ratio: longer / shorter,
      goal: { atMost: 1.3 },
    },
  ]
}

function row(id: string, unit: string, ours: number, peers: Readonly<Record<string, number>>, goal?: Measured['goal']): Measured {
  return { id, unit, ours, peers, ratio: Object.values(peers)[0]! / ours, ...(goal && { goal }) }
}
