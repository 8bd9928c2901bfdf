import type { UIMessage, UIMessageChunk } from 'ai'
import { readUIMessageStream } from 'ai'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Chunk } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { readWritten } from '../src/publish/messages/written-response.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

type Fields = Readonly<Record<string, unknown>>

/** What the AI SDK builds of a stream for a page. */
async function builtParts(chunks: readonly UIMessageChunk[]): Promise<readonly unknown[]> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  let message: UIMessage | undefined
  for await (const state of readUIMessageStream({ stream, terminateOnError: true })) message = state
  const parts = plain(message?.parts ?? [])
  // The first step begins without being said.
  return (parts[0]?.['type'] === 'step-start' ? parts.slice(1) : parts).map(comparable)
}

/** What readers see of the same stream. */
async function writtenParts(chunks: readonly UIMessageChunk[]): Promise<readonly unknown[]> {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  async function* source() {
    for (const chunk of chunks) yield chunk as Chunk
  }
  const { finished } = streamResponse(server, source(), {
    clock,
    onError: () => undefined,
    describe: (error) => String((error as Error).cause),
  })
  await clock.run(300_000)
  expect((await finished).status).toBe('complete')
  const stored = server.first()!
  const { parts } = readWritten([{ data: stored.text, isFramed: stored.headers['format'] === 'parts/1' }])
  return plain(parts).map(comparable)
}

/** Without getters, without what is undefined, and without empty texts: of one before all others nothing is written. */
function plain(parts: readonly unknown[]): readonly Fields[] {
  const copies = JSON.parse(JSON.stringify(parts)) as readonly Fields[] // Parts are objects.
  return copies.filter(({ type, text }) => type !== 'text' || text !== '')
}

/** Without the fields that only one of the two has. */
function comparable(part: Fields): Fields {
  const { inputText: _, rawInput: _raw, durationMs: _ms, ...fields } = part
  // Text has no id in the AI SDK, and data no state.
  const { id: _id, ...anonymous } = fields
  if (fields['type'] === 'text') return anonymous
  const { state: _state, ...stateless } = fields
  return String(fields['type']).startsWith('data-') ? stateless : fields
}

const word = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' })
const provider = fc.option(fc.record({ google: fc.record({ thoughtSignature: word }) }), { nil: undefined, freq: 2 })
const given = (metadata: unknown): object => (metadata === undefined ? {} : { providerMetadata: metadata })

/** A block of text or reasoning, a call, or something that comes at once. @returns its chunks, with an id of its own or one of its step */
const piece: fc.Arbitrary<(id: string, ofStep: string) => readonly object[]> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('text', 'reasoning'),
      deltas: fc.array(fc.tuple(word, provider), { maxLength: 4, size: 'max' }),
      first: provider,
      last: provider,
      isOfStep: fc.boolean(),
    })
    .map(({ kind, deltas, first, last, isOfStep }) => (own: string, ofStep: string) => {
      const id = isOfStep ? ofStep : own
      return [
        { type: `${kind}-start`, id, ...given(first) },
        ...deltas.map(([delta, metadata]) => ({ type: `${kind}-delta`, id, delta, ...given(metadata) })),
        { type: `${kind}-end`, id, ...given(last) },
      ]
    }),
  fc
    .record({
      input: fc.dictionary(word, word, { maxKeys: 3 }),
      cuts: fc.array(fc.nat(20), { maxLength: 3 }),
      dynamic: fc.boolean(),
      end: fc.constantFrom('output', 'preliminary', 'error', 'denied'),
    })
    .map(({ input, cuts, dynamic, end }) => (toolCallId: string) => {
      const text = JSON.stringify(input)
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((one, other) => one - other), text.length]
      const call = { toolCallId, toolName: 'look', ...(dynamic && { dynamic }) }
      const output = { type: 'tool-output-available', toolCallId, ...(dynamic && { dynamic }) }
      const ends: Readonly<Record<string, readonly object[]>> = {
        output: [{ ...output, output: input }],
        preliminary: [
          { ...output, output: 'soon', preliminary: true },
          { ...output, output: ['done'] },
        ],
        error: [{ type: 'tool-output-error', toolCallId, errorText: 'no such city', ...(dynamic && { dynamic }) }],
        denied: [{ type: 'tool-output-denied', toolCallId }],
      }
      return [
        { type: 'tool-input-start', ...call },
        ...at.slice(1).map((to, n) => ({ type: 'tool-input-delta', toolCallId, inputTextDelta: text.slice(at[n], to) })),
        { type: 'tool-input-available', ...call, input },
        ...ends[end]!,
      ]
    }),
  fc
    .record({ url: fc.webUrl(), title: word })
    .map((source) => (sourceId: string) => [{ type: 'source-url', sourceId, ...source }]),
  fc.webUrl().map((url) => () => [{ type: 'file', url, mediaType: 'image/png' }]),
  fc
    .record({ data: fc.jsonValue({ maxDepth: 1 }), again: fc.jsonValue({ maxDepth: 1 }) })
    .map(({ data, again }) => (id: string) => [
      { type: 'data-chart', id, data },
      { type: 'data-chart', id, data: again },
    ]),
)

/** Steps of several pieces each, whose chunks come in turns. */
const stepOf = fc.record({
  pieces: fc.array(piece, { minLength: 1, maxLength: 4, size: 'max' }),
  turns: fc.array(fc.nat({ max: 3 }), { maxLength: 40, size: 'max' }),
})
const stream = fc.array(stepOf, { maxLength: 3 }).map((steps) =>
  steps.flatMap(({ pieces, turns }, step) => {
    const lanes = pieces.map((make, n) => [...make(`${step}-${n}`, `${n}`)])
    const mixed = turns.flatMap((turn) => lanes[turn]?.shift() ?? [])
    return [{ type: 'start-step' }, ...mixed, ...lanes.flat(), { type: 'finish-step' }]
  }),
)

test('the parts of a stream for a page equal those that the AI SDK builds of it', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(stream, async (chunks) => {
      const all = [{ type: 'start' }, ...chunks, { type: 'finish', finishReason: 'stop' }] as UIMessageChunk[]
      expect(await writtenParts(all)).toEqual(await builtParts(all))
    }),
    { numRuns: 2_000 },
  )
})
