import { describe, expect, test, vi } from 'vitest'
import type { AgentOptions, StreamOptions } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { fakeSource, pieces } from './fake-source.ts'

async function* source() {
  yield 'text'
}

/** Calls with options as untyped code may give them. */
function stream(options: unknown) {
  const clock = fakeClock()
  const given = typeof options === 'object' && options !== null ? { clock, ...options } : options
  return streamResponse(
    fakeServer(clock, () => accepted),
    source(),
    given as StreamOptions,
  )
}

function serve(options: unknown) {
  const clock = fakeClock()
  const given = { clock, channel: fakeChannel(clock).agent(), respond: source, ...(options as object) }
  return serveAgent(given as AgentOptions)
}

const both: readonly [string, unknown, RegExp][] = [
  ['a number as batch', { batch: 25 }, /batch is a number: give an object/],
  ['a text as batch', { batch: 'fast' }, /batch is a string: give an object/],
  ['a list as batch', { batch: [25] }, /batch is an array: give an object/],
  ['a flag as repair', { repair: true }, /repair is a boolean: give an object/],
  ['a text as describe', { describe: 'it failed' }, /describe is a string: give a function/],
  ['a logger as onError', { onError: { error: () => {} } }, /onError is an object with error: give a function/],
  ['an empty clock', { clock: {} }, /clock is an empty object: give an object with the functions now and after/],
  ['Date as clock', { clock: Date }, /clock is a function: give an object with the functions now and after/],
  ['a number as secret', { secret: 5 }, /secret is a number: give a string/],
]

describe('options of the wrong kind are refused at once, saying what to give', () => {
  test.each(both)('streamResponse: %s', (_, options, message) => {
    expect(() => stream(options)).toThrow(message)
    expect(() => stream(options)).toThrow(/^unable to use the options; /)
  })

  test.each(both)('serveAgent: %s', (_, options, message) => {
    expect(() => serve(options)).toThrow(message)
  })

  test.each<[string, unknown, RegExp]>([
    [
      'a controller as signal',
      { signal: new AbortController() },
      /signal is a AbortController: give the `signal` of an AbortController/,
    ],
    ['a text as signal', { signal: 'stop' }, /signal is a string: give the `signal` of an AbortController/],
    ['a message as replyTo', { replyTo: { id: '1' } }, /replyTo is an object with id: give a string/],
    ['a number as id', { id: 5 }, /id is a number: give a string/],
    ['a message as restart', { restart: { id: '1' } }, /restart is an object with id: give a string/],
    ['a function as turn', { turn: () => {} }, /turn is a function: give a promise/],
    ['a flag as confirm', { confirm: true }, /confirm is a boolean: give a function/],
    ['null', null, /the options are null: give an object/],
    ['a text', 'the serial', /the options are a string: give an object/],
  ])('streamResponse: %s', (_, options, message) => {
    expect(() => stream(options)).toThrow(message)
  })

  test.each<[string, unknown, RegExp]>([
    ['a flag as answerBy', { answerBy: true }, /answerBy is a boolean: give a function/],
    ['a word as answerWithin', { answerWithin: 'soon' }, /answerWithin/],
    ['a tool as idempotent', { idempotent: 'search' }, /idempotent is a string: give a list/],
    ['a tool as approve', { approve: 'send' }, /approve is a string: give a list/],
    ['a path as archive', { archive: './answers.db' }, /archive is a string: give an object with the functions read and put/],
    [
      'the promise of an archive',
      { archive: Promise.resolve({}) },
      /archive is a Promise: give an object with the functions read and put/,
    ],
  ])('serveAgent: %s', (_, options, message) => {
    expect(() => serve(options)).toThrow(message)
  })

  test('serveAgent: null', () => {
    expect(() => serveAgent(null as never)).toThrow(/the options are null: give an object/)
  })

  test('what is not given, or null, is the default', async () => {
    const clock = fakeClock()
    const none = { batch: null, repair: undefined, describe: null, signal: undefined, secret: null, turn: null }
    const server = fakeServer(clock, () => accepted)
    const { finished } = streamResponse(server, fakeSource(clock, pieces('a')), { clock, ...none } as unknown as StreamOptions)
    await clock.run(1_000)
    expect(await finished).toMatchObject({ status: 'complete', text: 'a' })
  })
})

describe('a source that', () => {
  async function answer(respond: () => unknown) {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const onError = vi.fn<(error: unknown) => void>()
    const agent = serveAgent({ channel: channel.agent(), respond: respond as AgentOptions['respond'], clock, onError })
    void agent.answer(channel.prompt('hello'))
    await clock.run(10_000)
    return { headers: channel.responses()[0]?.headers, errors: onError.mock.calls.map(([error]) => error) }
  }
  const told = (error: unknown) => (error instanceof Error ? error.message : error)

  test('returns its text instead of yielding it says so to the developer', async () => {
    const { headers, errors } = await answer(async function* () {
      yield ''
      return 'secret'
    })
    expect(headers).toMatchObject({ status: 'complete', empty: 'nothing' })
    expect(errors.map(told)).toEqual([expect.stringMatching(/it returned a string: it was left out; yield it/)])
    expect(errors.map(told).join()).not.toContain('secret')
  })

  test.each([undefined, null])('fails with %s is an error for the developer', async (thrown) => {
    for (const respond of [
      async function* () {
        yield ''
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      const { headers, errors } = await answer(respond)
      expect(headers).toMatchObject({ status: 'failed', error: 'the model failed' })
      expect(errors.map(told)).toEqual([`the model's stream failed with ${String(thrown)} instead of an error`])
    }
  })

  test.each<[string, unknown]>([
    ['has an iterator without next', { [Symbol.asyncIterator]: () => ({}) }],
    ['has an iterator that is none', { [Symbol.asyncIterator]: () => undefined }],
    ['has an iterator that is no function', { [Symbol.asyncIterator]: 5 }],
    ['yields what is no result', { [Symbol.asyncIterator]: () => ({ next: () => undefined }) }],
  ])('%s says what to give', async (_, given) => {
    const { headers, errors } = await answer(() => given)
    expect(headers).toMatchObject({ status: 'failed', error: 'the model failed' })
    expect(errors.map(told)).toEqual([
      expect.stringMatching(/^unable to .*: (?:return an async iterable|give \{ done, value \})/),
    ])
  })

  test('is read already says so', async () => {
    const stream = new ReadableStream()
    stream.getReader()
    const { errors } = await answer(() => stream)
    expect(errors.map(told)).toEqual([expect.stringMatching(/the stream is being read by somebody else: return one that is not/)])
  })

  test('has a stream of another kind beside the one that can be read is read', async () => {
    const { headers } = await answer(() => ({ stream: () => source(), fullStream: source() }))
    expect(headers).toMatchObject({ status: 'complete' })
    expect(headers).not.toHaveProperty('empty')
  })
})
test('a `mayCancel` that throws is told on the console where nobody asked for errors', async () => {
  const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const failure = new Error('no such user')
  const mayCancel = (): never => {
    throw failure
  }
  const agent = serveAgent({
    channel: { ...channel.agent(), permissions: { mayCancel } },
    respond: () => fakeSource(clock, [{ text: 'x', delay: 500 }]),
    clock,
  })
  const prompt = channel.prompt('hello')
  void agent.answer(prompt)
  await clock.run(100)
  channel.cancel(prompt, 'ann')
  await clock.run(10_000)
  expect(print.mock.calls).toEqual([[failure]])
  expect(channel.responses()[0]?.headers['status']).toBe('complete')
  print.mockRestore()
})
