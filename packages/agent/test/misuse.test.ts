import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AgentOptions, Source, StreamOptions } from '../src/index.ts'
import { ReaderError, serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { fakeSource, pieces } from './fake-source.ts'

afterEach(() => vi.restoreAllMocks())

function readable(text: string): ReadableStream<string> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(text)
      controller.close()
    },
  })
}

/** Has an agent answer with what its `respond` returns. */
async function answerWith(respond: () => unknown, more: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const agent = serveAgent({ channel: channel.agent(), respond: respond as AgentOptions['respond'], clock, ...more })
  const answering = agent.answer(channel.prompt('hello'))
  await clock.run(200_000)
  const answer = await answering
  return { headers: channel.responses()[0]?.headers, answer }
}

describe('what is no source is an error for the developer, not for the user', () => {
  const bytes = new TextEncoder().encode('secret')
  async function* byteStream() {
    yield bytes
  }
  const wrong: readonly [string, () => unknown, RegExp][] = [
    ['a text', () => 'secret', /is a string.*async generator/],
    ['the promise of a text', () => Promise.resolve('secret'), /is a string/],
    ['nothing', () => undefined, /is undefined/],
    ['null', () => null, /is null/],
    ['a number', () => 7, /is a number/],
    ['a plain object', () => ({ answer: 'secret' }), /an object with answer.*async iterable/],
    ['an empty object', () => ({}), /an empty object/],
    ['a list', () => ['secret'], /is an array/],
    [
      'a generator that is not async',
      () =>
        (function* () {
          yield 'secret'
        })(),
      /iterable that is not async/,
    ],
    ['a function', () => byteStream, /is a function.*call it/],
    ['an HTTP response', () => new Response('secret'), /is a Response.*HTTP response/],
    ['a finished answer of OpenAI', () => ({ id: '1', choices: [{ message: { content: 'secret' } }] }), /stream: true/],
    ['a finished answer of Anthropic', () => ({ type: 'message', content: [{ type: 'text', text: 'secret' }] }), /stream: true/],
    ['an object whose stream is none', () => ({ stream: true }), /an object with stream/],
    ['an iterable of bytes', byteStream, /a Uint8Array.*TextDecoderStream/],
    ['a byte stream', () => new Response('secret').body, /a Uint8Array.*TextDecoderStream/],
    [
      'buffers',
      async function* () {
        yield Buffer.from('secret')
      },
      /a Buffer.*TextDecoderStream/,
    ],
    [
      'numbers',
      async function* () {
        yield 1
      },
      /a number/,
    ],
    [
      'objects of another kind',
      async function* () {
        yield { token: 'secret' }
      },
      /an object with token/,
    ],
  ]
  test.each(wrong)('%s', async (_, respond, message) => {
    const onError = vi.fn<(error: unknown) => void>()
    const { headers } = await answerWith(respond, { onError })
    expect(headers).toMatchObject({ status: 'failed', error: 'the model failed' })
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: expect.stringMatching(message) })]])
    expect(String(onError.mock.calls[0]?.[0])).not.toContain('secret')
  })

  test('a source of text is still one in each of its forms', async () => {
    const clock = fakeClock()
    for (const source of [
      fakeSource(clock, pieces('ok')),
      Promise.resolve(fakeSource(clock, pieces('ok'))),
      readable('ok'),
      { textStream: readable('ok') },
      { stream: readable('ok') },
      new Response('ok').body!.pipeThrough(new TextDecoderStream()),
    ] satisfies (Source | Promise<Source>)[]) {
      const server = fakeServer(clock, () => accepted)
      const { finished } = streamResponse(server, source, { clock })
      await clock.run(clock.now() + 10_000)
      expect(await finished).toMatchObject({ status: 'complete', text: 'ok' })
    }
  })
})

describe('failures', () => {
  const secret = new Error('401: key sk-1234 is not valid')
  const failing = async function* () {
    yield 'half'
    throw secret
  }

  test('go to the console where nobody asked for them, and never to readers', async () => {
    const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
    const { headers } = await answerWith(failing)
    expect(print.mock.calls).toEqual([[secret]])
    expect(JSON.stringify(headers)).not.toContain('sk-1234')
    print.mockClear()
    const clock = fakeClock()
    const { finished } = streamResponse(
      fakeServer(clock, () => accepted),
      failing(),
      { clock },
    )
    await clock.run(10_000)
    expect(await finished).toMatchObject({ status: 'failed', text: 'half', error: secret })
    expect(print.mock.calls).toEqual([[secret]])
  })

  test('an option shows more', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const { headers } = await answerWith(failing, { describe: (error) => String(error), onError })
    expect(headers).toMatchObject({ status: 'failed', error: 'Error: 401: key sk-1234 is not valid' })
    expect(onError.mock.calls).toEqual([[secret]])
  })

  test('one that is meant for readers is shown to them', async () => {
    const respond = (): never => {
      throw new ReaderError('the quota of this workspace is used up')
    }
    const { headers } = await answerWith(respond, { onError: () => undefined })
    expect(headers).toMatchObject({ error: 'the quota of this workspace is used up' })
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('of describe')
      },
    ],
    ['says nothing', () => undefined],
    ['says an object', () => ({ message: 'x' })],
    ['says an empty text', () => ''],
  ])('where `describe` %s readers are told a safe sentence', async (_, describe) => {
    const more = { describe: describe as NonNullable<StreamOptions['describe']>, onError: () => undefined }
    expect((await answerWith(failing, more)).headers).toMatchObject({ status: 'failed', error: 'the model failed' })
  })

  test('an `onError` that throws does no harm', async () => {
    const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
    const own = new Error('of onError')
    const onError = (): never => {
      throw own
    }
    expect((await answerWith(failing, { onError })).headers).toMatchObject({ status: 'failed' })
    expect(print.mock.calls).toEqual([[secret], [own]])
  })

  test('of the channel are for developers: the message of the rejected answer can be shown', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const port = { ...channel.agent(), conversation: () => Promise.reject(secret) }
    const agent = serveAgent({ channel: port, respond: failing, clock, onError })
    const answering = agent.answer('p')
    await clock.run(1_000)
    const answer = await answering
    expect(answer).toMatchObject({ type: 'refused', reason: 'unavailable', cause: secret })
    expect(answer).not.toMatchObject({ message: expect.stringContaining('sk-1234') })
    expect(onError.mock.calls).toEqual([[secret]])
  })
})

describe('options that would hang or make no sense are refused at once', () => {
  const numbers: Readonly<Record<string, (value: number) => Partial<AgentOptions>>> = {
    'batch.size': (size) => ({ batch: { size } }),
    'batch.rate': (rate) => ({ batch: { rate } }),
    'batch.window': (window) => ({ batch: { window } }),
    'batch.interval': (interval) => ({ batch: { interval } }),
    'batch.longest': (longest) => ({ batch: { longest } }),
    'repair.retries': (retries) => ({ repair: { retries } }),
    'repair.pause': (pause) => ({ repair: { pause } }),
    'repair.longest': (longest) => ({ repair: { longest } }),
    maxInFlight: (maxInFlight) => ({ maxInFlight }),
    silenceLimit: (silenceLimit) => ({ silenceLimit }),
    heartbeat: (heartbeat) => ({ heartbeat }),
    staleAfter: (staleAfter) => ({ staleAfter }),
    maxPrompt: (maxPrompt) => ({ maxPrompt }),
  }
  const agentOnly = new Set(['staleAfter', 'maxPrompt'])
  const noZero = new Set(['batch.size', 'batch.rate', 'maxInFlight', 'silenceLimit', 'heartbeat', 'staleAfter', 'maxPrompt'])
  const noInfinity = new Set(['batch.longest', 'repair.pause', 'repair.longest', 'staleAfter'])
  const of = (name: string): unknown[] => [
    NaN,
    -1,
    -Infinity,
    '25',
    {},
    ...(noZero.has(name) ? [0] : []),
    ...(noInfinity.has(name) ? [Infinity] : []),
  ]
  const cases = Object.entries(numbers).flatMap(([name, give]) => of(name).map((value) => [name, value, give] as const))

  test.each(cases)('%s: %o', (name, value, give) => {
    const clock = fakeClock()
    const options = give(value as number) // As from untyped code.
    const message = new RegExp(`unable to use the options; ${name.replace('.', '\\.')} is .*: give a number`)
    const channel = fakeChannel(clock).agent()
    expect(() => serveAgent({ channel, respond: () => fakeSource(clock, []), clock, ...options })).toThrow(message)
    if (!agentOnly.has(name))
      expect(() =>
        streamResponse(
          fakeServer(clock, () => accepted),
          fakeSource(clock, []),
          { clock, ...options },
        ),
      ).toThrow(message)
  })

  test.each([
    ['batch.interval', { batch: { interval: 0 } }],
    ['batch.interval of Infinity', { batch: { interval: Infinity } }],
    ['batch.window', { batch: { window: 0 } }],
    ['batch.rate', { batch: { rate: Infinity } }],
    ['repair.retries', { repair: { retries: 0 } }],
    ['silenceLimit', { silenceLimit: Infinity, heartbeat: Infinity }],
    ['what is null', { batch: null, repair: null, silenceLimit: null }],
    ['what is undefined', { batch: { size: undefined, rate: undefined }, maxInFlight: undefined }],
  ])('the bounds of %s are allowed, and its answer arrives', async (_, options) => {
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    const given = { clock, ...options } as StreamOptions // As from untyped code.
    const { finished } = streamResponse(server, fakeSource(clock, pieces('a', 'b', 'c')), given)
    await clock.run(10_000)
    expect(await finished).toMatchObject({ status: 'complete', text: 'abc' })
    expect(server.first()?.text).toBe('abc')
  })

  test.each([NaN, -1, Infinity])('a grace of %o closes nothing', async (grace) => {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const agent = serveAgent({ channel: channel.agent(), respond: () => fakeSource(clock, pieces('still here')), clock })
    await expect(agent.close(grace)).rejects.toThrow(/grace is .*: give a number of at least 0/)
    const answering = agent.answer(channel.prompt('hello'))
    await clock.run(10_000)
    expect(await answering).toMatchObject({ type: 'answering' })
  })

  test.each([
    [{ prompts: 'in order' }, /prompts is "in order": give one of concurrently, queue, steer, interrupt/],
    [{ recovery: true }, /recovery is true: give one of close, regenerate/],
    [{ respond: 'hello' }, /respond is a string: give a function/],
    [{ respond: undefined }, /respond is undefined/],
  ])('%j', (options, message) => {
    const clock = fakeClock()
    const respond = () => fakeSource(clock, [])
    const given = { channel: fakeChannel(clock).agent(), respond, clock, ...options } as unknown as AgentOptions
    expect(() => serveAgent(given)).toThrow(message)
  })
})
