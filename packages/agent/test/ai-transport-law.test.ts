import type { Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import type { Codec, Outbound } from '@streamfold/core/codec'
import type { Draft, ResponseWriter } from '@streamfold/core/transport'
import type { MemoryChannel } from '@streamfold/test-support/memory-channel'
import { memoryChannel } from '@streamfold/test-support/memory-channel'
import { comparable } from '@streamfold/test-support/same-parts'
import { decodeTheirs, encodeTheirs } from '@streamfold/test-support/their-codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import type { UiScript } from './ui-scripts.ts'
import { uiScripts } from './ui-scripts.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 150)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }
const timeout = 30_000 + 100 * numRuns

/** Streams a script as our agent does. */
async function write(writer: ResponseWriter, { chunks, isCut }: UiScript, maxMessageSize: number | undefined): Promise<void> {
  const clock = fakeClock()
  async function* source() {
    for (const chunk of chunks) yield chunk as Chunk
    if (isCut) throw new Error('the model is gone')
  }
  const { finished } = streamResponse({ ...writer, ...(maxMessageSize !== undefined && { maxMessageSize }) }, source(), {
    clock,
    id: 'response',
    batch: { interval: 0 },
    // Both agents must say the same of a tool that failed.
    describe: (error) => String((error as Error).cause ?? (error as Error).message), // The agent gives errors.
    onError: () => undefined,
  })
  await clock.run(60_000)
  await finished
}

interface Limits {
  readonly maxMessageSize?: number
  readonly refuses?: (n: number) => boolean
}

/** Our agent in their format. */
async function inTheirFormat(script: UiScript, { maxMessageSize, refuses }: Limits = {}): Promise<MemoryChannel> {
  const channel = memoryChannel(refuses)
  await write(aiTransportAgent.respond!(channel.ours), script, maxMessageSize)
  return channel
}

/** The message that readers of our own format see. */
async function inOurFormat(script: UiScript): Promise<Message | undefined> {
  const channel = memoryChannel()
  const message = ({ text, headers }: Draft): Outbound => ({ name: 'response', data: text, extras: { headers } })
  const { ours } = channel
  const writer: ResponseWriter = {
    create: async (draft) => ({ serial: await ours.publish(message(draft)) }),
    append: (serial, draft) => ours.append(serial, message(draft)),
    update: (serial, draft) => ours.update(serial, message(draft)),
  }
  await write(writer, script, undefined)
  return read(channel.history(), null)
}

function read(raws: readonly unknown[], codec: Codec | null = aiTransportAgent): Message | undefined {
  const events = raws.map((raw) => normalise(raw, { agent: 'agent', ...(codec && { codec }) }))
  const messages = selectMessages(
    [{ type: 'channel', state: 'attaching' } as const, { type: 'channel', state: 'attached' } as const, ...events].reduce(
      reduce,
      emptyConversation(),
    ),
  )
  expect(messages.length).toBeLessThanOrEqual(1)
  return messages[0]
}

/** States of a call without a result. Streamfold calls each of them interrupted once the run has ended. */
const unfinished = new Set<unknown>(
  'interrupted input-streaming input-available approval-requested approval-responded'.split(' '),
)

/** What both kinds of reader show. Their client begins a first step by itself, and we show no step of which nothing came. */
function shown(parts: readonly object[] = []): readonly Readonly<Record<string, unknown>>[] {
  const all = comparable(parts).map((part) =>
    unfinished.has(part['state']) || part['preliminary'] === true ? { ...part, state: 'unfinished', input: undefined } : part,
  )
  const isStep = (at: number) => all[at]?.['type'] === 'step-start'
  const first = all.findIndex((_, at) => !isStep(at))
  return all.filter((_, at) => !isStep(at) || (first >= 0 && at > first && at + 1 < all.length && !isStep(at + 1)))
}

/** Metadata of the model's provider, which their client does not keep. */
function metadataOf(message: Message | undefined): readonly unknown[] {
  const parts = message?.parts.filter(({ type }) => type === 'text' || type === 'reasoning') ?? []
  return parts.map((part) => ('providerMetadata' in part ? part.providerMetadata : undefined))
}

/** With a text or reasoning that was divided between two messages as one: their clients cannot join them. */
function joined(parts: readonly Readonly<Record<string, unknown>>[]): readonly Readonly<Record<string, unknown>>[] {
  const all: Readonly<Record<string, unknown>>[] = []
  for (const part of parts) {
    const before = all.at(-1)
    if (!before || before['type'] !== part['type'] || typeof part['text'] !== 'string') all.push(part)
    else all.splice(-1, 1, { ...part, text: `${String(before['text'])}${part['text']}` })
  }
  return all
}

/** Moments of a run. */
const moments = fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 3 })

function expectAlike(channel: MemoryChannel, at: readonly number[]): void {
  const delivered = channel.delivered()
  for (const count of [...at.map((each) => each % (delivered.length + 1)), delivered.length]) {
    const some = delivered.slice(0, count)
    expect(shown(read(some)?.parts), `after ${count} deliveries`).toEqual(shown(decodeTheirs(some).parts))
  }
  const history = channel.history()
  expect(shown(read(history)?.parts), 'from history').toEqual(shown(decodeTheirs(history).parts))
}

function law(property: fc.IAsyncProperty<unknown>): Promise<void> {
  return fc.assert(property, { numRuns, ...seed })
}

describe('the parts of a run', { timeout }, () => {
  it(`of their agent are those that their client shows, at any time (${numRuns} runs)`, async () => {
    await law(
      fc.asyncProperty(uiScripts(true), moments, async ({ chunks, isCut }, at) => {
        const channel = memoryChannel()
        await encodeTheirs(channel.theirs, chunks, isCut ? 'error' : 'complete')
        expectAlike(channel, at)
      }),
    )
  })

  it(`of our agent, in their format, are for both readers those of our own format, at any time (${numRuns} runs)`, async () => {
    await law(
      fc.asyncProperty(uiScripts(true), moments, async (script, at) => {
        const channel = await inTheirFormat(script)
        expectAlike(channel, at)
        const expected = await inOurFormat(script)
        const message = read(channel.delivered())
        expect(shown(message?.parts)).toEqual(shown(expected?.parts))
        expect(message).toMatchObject({ text: expected?.text, status: expected?.status })
        expect(metadataOf(message)).toEqual(metadataOf(expected))
        expect(message?.metadata).toEqual(expected?.metadata)
        expect(decodeTheirs(channel.history()).metadata).toEqual(expected?.metadata)
      }),
    )
  })

  it('keep the metadata of a text that ends behind metadata of the response', async () => {
    const signed = { vendor: { signature: 'x' } }
    const script: UiScript = {
      chunks: [
        { type: 'start' },
        { type: 'text-start', id: '0' },
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '0', delta: 'a' },
        { type: 'text-delta', id: '1', delta: 'b' },
        { type: 'message-metadata', messageMetadata: { tokens: 0 } },
        { type: 'text-end', id: '0' },
        { type: 'text-end', id: '1', providerMetadata: signed },
        { type: 'finish', finishReason: 'stop' },
      ],
      isCut: false,
    }
    const channel = await inTheirFormat(script)
    for (const message of [read(channel.delivered()), read(channel.history()), await inOurFormat(script)])
      expect(metadataOf(message)).toEqual([undefined, signed])
  })

  it(`are the same where the response is longer than a message (${numRuns} runs)`, async () => {
    await law(
      fc.asyncProperty(uiScripts(false), async (script) => {
        // A hundred bytes or two are left for the parts.
        const channel = await inTheirFormat(script, { maxMessageSize: 1_600 })
        const expected = await inOurFormat(script)
        for (const messages of [channel.delivered(), channel.history()]) {
          const message = read(messages)
          expect(joined(shown(message?.parts))).toEqual(joined(shown(expected?.parts)))
          expect(joined(shown(decodeTheirs(messages).parts))).toEqual(joined(shown(expected?.parts)))
          expect(message?.text).toBe(expected?.text)
          expect(message?.metadata).toEqual(expected?.metadata)
        }
      }),
    )
  })

  it(`are the same after operations were rejected: with us at once, with them from history (${numRuns} runs)`, async () => {
    const refused = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 })
    await law(
      fc.asyncProperty(uiScripts(true), refused, async (script, nth) => {
        const channel = await inTheirFormat(script, { refuses: (n) => nth.includes(n) })
        const expected = shown((await inOurFormat(script))?.parts)
        expect(shown(read(channel.delivered())?.parts)).toEqual(expected)
        expect(shown(read(channel.history())?.parts)).toEqual(expected)
        expect(shown(decodeTheirs(channel.history()).parts)).toEqual(expected)
      }),
    )
  })
})
