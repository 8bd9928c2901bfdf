import { describe, expect, test } from 'vitest'
import { jsonSchema, simulateReadableStream, stepCountIs, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { Chunk, StreamOptions } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { sleep } from '@streamfold/core/transport'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

async function stream(source: (clock: FakeClock) => AsyncIterable<unknown>, options: StreamOptions = {}, until = 2_000_000) {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  const given = { clock, onError: () => undefined, ...options }
  const { finished } = streamResponse(server, source(clock) as AsyncIterable<Chunk>, given)
  await clock.run(until)
  return { outcome: await finished, clock, server }
}

const call = { type: 'tool-call', toolCallId: 'c', toolName: 'search' }
const said = { type: 'text-delta', id: '0', text: 'Done.' }
const completion = (delta: object, finish_reason: string | null = null) => ({ id: 'c', choices: [{ delta, finish_reason }] })
const message = (text: string, stop_reason: string) => [
  { type: 'message_start', message: {} },
  { type: 'content_block_delta', delta: { type: 'text_delta', text } },
  { type: 'message_delta', delta: { stop_reason } },
  { type: 'message_stop' },
]

describe.each([6_000, Infinity])('while a tool of the product runs (heartbeat %d)', (heartbeat) => {
  const slow: readonly [string, readonly unknown[], readonly unknown[]][] = [
    ['of the AI SDK', [call], [{ type: 'tool-result', toolCallId: 'c' }, said]],
    [
      'of the AI SDK, one of two',
      [call, { ...call, toolCallId: 'd' }, { type: 'tool-result', toolCallId: 'd' }],
      [{ type: 'tool-result', toolCallId: 'c' }, said],
    ],
    [
      'of the AI SDK, that has given a first result',
      [call, { type: 'tool-result', toolCallId: 'c', preliminary: true }],
      [{ type: 'tool-error', toolCallId: 'c' }, said],
    ],
    [
      'of a UI message stream',
      [{ type: 'tool-input-available', toolCallId: 'c' }],
      [{ type: 'tool-output-available', toolCallId: 'c' }, said],
    ],
    [
      'of a loop over chat completions',
      [completion({ tool_calls: [{}] }), completion({}, 'tool_calls')],
      [completion({ content: 'Done.' }, 'stop')],
    ],
    ['of a loop over Anthropic', message('', 'tool_use'), message('Done.', 'end_turn')],
  ]
  test.each(slow)('its silence is not the model’s: %s', async (_, before, after) => {
    const { outcome, clock } = await stream(
      async function* (clock) {
        yield* before
        await sleep(clock, 400_000)
        yield* after
      },
      { heartbeat },
    )
    expect(outcome).toMatchObject({ status: 'complete', text: 'Done.' })
    expect(clock.pending()).toBe(0)
  })

  test.each(slow)('one that never ends is given up after ten minutes: %s', async (_, before) => {
    const { outcome, clock } = await stream(
      async function* () {
        yield* before
        await new Promise(() => undefined)
      },
      { heartbeat },
    )
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'tool-silent', message: expect.stringMatching(/a tool .* 600 s/) },
    })
    expect(clock.pending()).toBe(0)
  })

  test('behind it the model’s silence counts as before', async () => {
    const { outcome, clock } = await stream(
      async function* (clock) {
        yield call
        await sleep(clock, 300_000)
        yield { type: 'tool-result', toolCallId: 'c' }
        await new Promise(() => undefined)
      },
      { heartbeat },
      600_000,
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'model-silent' } })
    expect(clock.pending()).toBe(0)
  })

  test('an option says how long', async () => {
    const source = async function* (clock: FakeClock) {
      yield call
      await sleep(clock, 30_000)
      yield said
    }
    expect((await stream(source, { heartbeat, toolLimit: 20_000 })).outcome).toMatchObject({ error: { code: 'tool-silent' } })
    expect((await stream(source, { heartbeat, silenceLimit: 10_000, toolLimit: Infinity })).outcome.status).toBe('complete')
    expect(() =>
      streamResponse(
        fakeServer(fakeClock(), () => accepted),
        source(fakeClock()) as never,
        { toolLimit: 0 },
      ),
    ).toThrow(/toolLimit is 0/)
  })
})

test('a call that nobody of the product answers holds nothing up: its step ends', async () => {
  const { outcome } = await stream(
    async function* () {
      yield call
      yield { type: 'finish-step' }
      await new Promise(() => undefined)
    },
    {},
    200_000,
  )
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'model-silent' } })
})

type Part = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

test('the AI SDK itself, with a tool that takes three minutes', async () => {
  const clock = fakeClock()
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  const steps: Part[][] = [
    [
      { type: 'tool-call', toolCallId: 'c', toolName: 'search', input: '{}' },
      { type: 'finish', usage, finishReason: { unified: 'tool-calls', raw: undefined } },
    ],
    [
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Done.' },
      { type: 'text-end', id: '0' },
      { type: 'finish', usage, finishReason: { unified: 'stop', raw: undefined } },
    ],
  ]
  const model = new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({ chunks: steps.shift()!, initialDelayInMs: null, chunkDelayInMs: null }),
    }),
  })
  let release = (): void => undefined
  const search = tool({
    inputSchema: jsonSchema({ type: 'object', properties: {} }),
    execute: () => new Promise<string>((resolve) => (release = () => resolve('found'))),
  })
  const source = streamText({ model, prompt: 'hello', tools: { search }, stopWhen: stepCountIs(2) })
  const server = fakeServer(clock, () => accepted)
  const { finished } = streamResponse(server, source, { clock })
  for (let n = 0; n < 20; n++) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.run(clock.now() + 9_000)
  }
  expect(server.first()?.headers['status']).toBe('streaming')
  release()
  for (let n = 0; n < 20; n++) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.run(clock.now() + 100)
  }
  expect(await finished).toMatchObject({ status: 'complete', text: 'Done.', finish: 'stop' })
})
