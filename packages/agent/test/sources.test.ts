import { describe, expect, test } from 'vitest'
import type { Source } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { sleep } from '@streamfold/core/transport'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'

async function* forever(text: string): AsyncGenerator<string> {
  for (;;) yield text
}

async function* stalls(...texts: string[]): AsyncGenerator<string> {
  yield* texts
  await new Promise(() => undefined)
}

async function stream(source: Source | PromiseLike<Source>, options: Parameters<typeof streamResponse>[2] = {}) {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  const { finished } = streamResponse(server, source, { clock, replyTo: 'p', onError: () => undefined, ...options })
  await clock.run(300_000)
  const texts = [...server.stored.values()].map(({ text }) => text)
  return { outcome: await finished, text: texts.join(''), texts, server }
}

describe('a source that', () => {
  test('stalls has failed after the limit, with its text', async () => {
    const { outcome, text, server } = await stream(stalls('half', ' an answer'))
    expect(outcome).toMatchObject({ status: 'failed', text: 'half an answer', error: { code: 'model-silent' } })
    expect(text).toBe('half an answer')
    expect(server.first()?.headers).toMatchObject({ status: 'failed', error: expect.stringMatching(/120 s/) })
  })

  test('never begins has failed after the limit', async () => {
    const { outcome } = await stream(stalls(), { silenceLimit: 5_000 })
    expect(outcome).toMatchObject({ status: 'failed', text: '' })
  })

  test('is slow, but not silent, is waited for, and heard of meanwhile', async () => {
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    async function* slow() {
      for (const word of ['one', ' two', ' three']) {
        await new Promise<void>((resolve) => void clock.after(50_000, resolve))
        yield word
      }
    }
    const { finished } = streamResponse(server, slow(), { clock })
    const versions: number[] = []
    for (let at = 10_000; at <= 140_000; at += 10_000) {
      await clock.run(at)
      versions.push(server.model.stream.length)
    }
    await clock.run(400_000)
    expect(await finished).toMatchObject({ status: 'complete', text: 'one two three' })
    // Something was heard in every ten seconds.
    for (const [n, count] of versions.slice(1).entries()) expect(count).toBeGreaterThan(versions[n]!)
  })

  const others: readonly [string, object][] = [
    ['reasoning of the AI SDK', { type: 'reasoning-delta', text: 'hm' }],
    ['the input of a tool', { type: 'tool-input-delta', id: '1', delta: '{' }],
    ['pings', { type: 'ping' }],
    ['raw parts', { type: 'raw', rawValue: {} }],
    ['thinking of Anthropic', { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }],
    ['reasoning of Responses', { type: 'response.reasoning_summary_text.delta', delta: 'hm' }],
    ['reasoning of chat completions', { choices: [{ delta: { reasoning_content: 'hm' }, finish_reason: null }] }],
    ['chunks without choices', { object: 'chat.completion.chunk', choices: [] }],
    ['text that is empty', { type: 'text-delta', text: '' }],
    ['what nobody knows', { type: 'brand-new' }],
  ]
  test.each(others)('yields %s for long is at work: only silence counts', async (_, part) => {
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    async function* thinking() {
      for (let n = 0; n < 10; n++) {
        await sleep(clock, 50_000)
        yield part as { type: string } // One has choices instead.
      }
      yield 'At last.'
      if ('choices' in part) yield { choices: [{ delta: {}, finish_reason: 'stop' }] }
    }
    const { finished } = streamResponse(server, thinking(), { clock, onError: () => undefined })
    await clock.run(800_000)
    expect(await finished).toMatchObject({ status: 'complete', text: 'At last.' })
  })

  test('falls silent after its reasoning has failed', async () => {
    async function* stuck() {
      for (let n = 0; n < 3; n++) yield { type: 'reasoning-delta', text: 'hm' }
      await new Promise(() => undefined)
    }
    expect(await stream(stuck(), { heartbeat: Infinity })).toMatchObject({
      outcome: { status: 'failed', error: { code: 'model-silent' } },
    })
  })

  test('yields nothing is complete and empty', async () => {
    expect(await stream((async function* () {})())).toMatchObject({ outcome: { status: 'complete', text: '' }, text: '' })
  })

  test('yields a megabyte at once arrives whole, in messages within the limit', async () => {
    const megabyte = 'ä😀 and so on, '.repeat(60_000)
    const { outcome, text, texts } = await stream(
      (async function* () {
        yield megabyte
      })(),
    )
    expect(outcome.status).toBe('complete')
    expect(text === megabyte).toBe(true)
    expect(texts.length).toBeGreaterThan(15)
    for (const part of texts) expect(new TextEncoder().encode(part).length).toBeLessThan(65_536)
  })

  test('yields 100 000 empty strings is complete', async () => {
    let yielded = 0
    const { outcome, server } = await stream(
      (async function* () {
        for (; yielded < 100_000; yielded++) yield ''
        yield 'done'
      })(),
    )
    expect([yielded, outcome]).toEqual([100_000, { status: 'complete', text: 'done', repairs: 0 }])
    expect(server.log.length).toBeLessThan(5)
  })

  test.each(['', 'x'])('yields %j for ever without a pause can be stopped', async (text) => {
    const stop = new AbortController()
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    const { finished } = streamResponse(server, forever(text), { clock, signal: stop.signal })
    clock.after(50, () => stop.abort())
    await clock.run(1_000)
    expect(await finished).toMatchObject({ status: 'cancelled' })
  })

  test('does not end when it is told to does not hold the response', async () => {
    const stop = new AbortController()
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => new Promise(() => undefined),
      }),
    }
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    const { finished } = streamResponse(server, source, { clock, signal: stop.signal })
    clock.after(50, () => stop.abort())
    await clock.run(1_000)
    expect(await finished).toMatchObject({ status: 'cancelled', text: '' })
  })

  test.each([
    ['null', null],
    ['a promise of nothing', Promise.resolve(undefined)],
    ['an empty object', {}],
  ])('is none: %s', async (_, source) => {
    const { outcome } = await stream(source as unknown as Source) // as from untyped code
    expect(outcome).toMatchObject({ status: 'failed', error: expect.any(TypeError) })
  })

  test('yields parts that are not text gives their text alone', async () => {
    const parts = [
      { type: 'start' },
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'text-delta', id: '0', text: 'Hello' },
      { type: 'tool-call', toolName: 'x' },
      { type: 'text-delta', id: '0', delta: ' there' },
      { type: 'finish', finishReason: 'stop' },
    ]
    const { outcome } = await stream(
      (async function* () {
        yield* parts
      })(),
    )
    expect(outcome).toMatchObject({ status: 'complete', text: 'Hello there' })
  })
})
