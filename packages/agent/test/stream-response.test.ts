import { describe, expect, test, vi } from 'vitest'
import type { StreamOptions } from '../src/index.ts'
import { ReaderError, responseId, streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import type { Fate } from './fake-server.ts'
import { accepted, fakeServer } from './fake-server.ts'
import type { TimedText } from './fake-source.ts'
import { fakeSource, pieces } from './fake-source.ts'

const refused: Fate = { verdict: 'refused', delay: 5 }

function setup(given: TimedText[], options: StreamOptions & { fate?: Parameters<typeof fakeServer>[1]; error?: Error } = {}) {
  const { fate = () => accepted, error, ...rest } = options
  const clock = fakeClock()
  const server = fakeServer(clock, fate)
  const source = fakeSource(clock, given, error)
  const stream = streamResponse(server, source, { replyTo: 'p', clock, onError: () => undefined, ...rest })
  return { clock, server, source, stream }
}

describe('a response on the wire', () => {
  test('is created empty, its first piece goes out at once, and so does every other that finds few unanswered', async () => {
    const { clock, server, stream } = setup([
      { text: 'One', delay: 0 },
      { text: ' two', delay: 8 },
      { text: ' three', delay: 8 },
    ])
    await clock.run(1_000)
    expect(server.log).toEqual(['create', 'append One', 'append  two', 'append  three', 'append '])
    expect(await stream.finished).toEqual({ status: 'complete', text: 'One two three', repairs: 0 })
    expect(server.model.serials).toEqual([await stream.serial])
    expect(server.first()?.headers).toEqual({ role: 'assistant', status: 'complete', 'reply-to': 'p' })
    // The service replaces headers as a whole: each version says all of them.
    const headers = server.model.stream.map(({ full }) => full.extras.headers)
    const streaming = { role: 'assistant', status: 'streaming', 'reply-to': 'p' }
    expect(headers).toEqual([streaming, streaming, streaming, streaming, { ...streaming, status: 'complete' }])
  })

  test.each([
    [1, ['a', 'bcd', 'ef']],
    [2, ['a', 'b', 'cd', 'e', 'f']],
  ])('with %i unanswered text waits for an answer', async (window, appends) => {
    const { clock, server } = setup(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => ({ text, delay: 3 })),
      { fate: (operation) => ({ verdict: 'accepted', delay: operation === 'create' ? 0 : 10 }), batch: { window } },
    )
    await clock.run(12)
    expect(server.log).toEqual(['create', ...appends.slice(0, window).map((text) => `append ${text}`)])
    await clock.run(1_000)
    expect(server.log).toEqual(['create', ...appends.map((text) => `append ${text}`)])
  })

  test('text waits for it at most 25 ms, and not for more than the size of a batch', async () => {
    const { clock, server } = setup(
      [
        { text: 'a', delay: 0 },
        { text: 'b', delay: 10 },
        { text: 'c', delay: 10 },
        { text: 'd', delay: 10 },
        { text: 'e'.repeat(200), delay: 1 },
        { text: 'f', delay: 500 },
      ],
      {
        fate: (operation) => ({ verdict: 'accepted', delay: operation === 'create' ? 0 : 400 }),
        batch: { window: 1, size: 100 },
      },
    )
    await clock.run(24)
    expect(server.log).toEqual(['create', 'append a'])
    await clock.run(25)
    expect(server.log).toEqual(['create', 'append a', 'append bc'])
    await clock.run(30)
    expect(server.log).toHaveLength(3)
    await clock.run(31)
    expect(server.log.at(-1)).toBe(`append d${'e'.repeat(200)}`)
  })

  test('where the service merges appends they are not held back for it, yet the bound in flight is not reached', async () => {
    const clock = fakeClock()
    // Answers come when a window of 40 ms ends.
    const server = fakeServer(clock, () => ({ verdict: 'accepted', delay: 40 - (clock.now() % 40) }))
    const tokens = Array.from({ length: 200 }, (_, n) => ({ text: `${n} `, delay: n < 100 ? 10 : 1 }))
    const writer = Object.assign(server, { rollup: 40, maxRate: 50 })
    const { finished } = streamResponse(writer, fakeSource(clock, tokens), { clock })
    await clock.run(10_000)
    expect(server.log.slice(1, 101)).toEqual(tokens.slice(0, 100).map(({ text }) => `append ${text}`))
    expect(server.mostInFlight()).toBeGreaterThan(10)
    expect(server.mostInFlight()).toBeLessThan(32)
    expect(await finished).toMatchObject({ status: 'complete', repairs: 0 })
  })

  test('appends are pipelined: a slow answer holds nothing up until the bound is reached', async () => {
    const { clock, server, source } = setup(
      Array.from({ length: 10 }, (_, n) => ({ text: `${n}`, delay: 1 })),
      {
        fate: (operation) => ({ verdict: 'accepted', delay: operation === 'create' ? 0 : 500 }),
        batch: { interval: 0 },
        maxInFlight: 4,
      },
    )
    await clock.run(100)
    expect(server.inFlight()).toBe(4)
    expect(source.pulled()).toBe(4)
    await clock.run(10_000)
    expect(server.first()?.text).toBe('0123456789')
  })

  test('a source that is quicker than its connection waits: no more is held than one large append', async () => {
    const clock = fakeClock()
    const server = Object.assign(
      fakeServer(clock, () => accepted, 1_000_000),
      { maxRate: 5 },
    )
    let pulled = 0
    async function* quick() {
      for (; ; pulled += 100) yield 'x'.repeat(100)
    }
    streamResponse(server, quick(), { clock })
    for (let at = 100; at < 5_000; at += 100) {
      await clock.run(at)
      expect(pulled - (server.first()?.text.length ?? 0)).toBeLessThanOrEqual(16_384 + 100)
    }
    expect(pulled).toBeGreaterThan(200_000)
  })

  test('a rejected append is repaired at once by a full update, and appends go on behind it', async () => {
    const { clock, server, stream } = setup(
      ['a', 'b', 'c', 'd', 'e'].map((text) => ({ text, delay: 30 })),
      { fate: (operation, nth) => (operation === 'append' && nth === 1 ? refused : accepted) },
    )
    await clock.run(68)
    expect(server.log).toEqual(['create', 'append a', 'append b', 'update ab'])
    await clock.run(1_000)
    expect(server.log).toEqual(['create', 'append a', 'append b', 'update ab', 'append c', 'append d', 'append e', 'append '])
    expect(await stream.finished).toMatchObject({ status: 'complete', text: 'abcde', repairs: 1 })
  })

  test('a rejection that arrives after a later update needs no second repair', async () => {
    const fates: Fate[] = [accepted, { verdict: 'refused', delay: 50 }, { verdict: 'refused', delay: 1 }]
    const { clock, server, stream } = setup(pieces('a', 'b', 'c', 'd'), {
      batch: { interval: 0 },
      fate: (operation, nth) => (operation === 'append' ? (fates[nth] ?? accepted) : accepted),
    })
    await clock.run(1_000)
    expect(server.log.filter((line) => line.startsWith('update'))).toHaveLength(1)
    expect(await stream.finished).toMatchObject({ status: 'complete', repairs: 1 })
    expect(server.first()?.text).toBe('abcd')
  })

  test('an old rejection that arrives late does not hide a newer one', async () => {
    // Calls: append a, append b (refused, heard first), update, append c (refused, heard), then a's refusal, then the update's answer.
    const fates: Fate[] = [
      { verdict: 'refused', delay: 40 },
      { verdict: 'refused', delay: 1 },
      { verdict: 'refused', delay: 10 },
    ]
    const { clock, server, stream } = setup(
      [
        { text: 'a', delay: 0 },
        { text: 'b', delay: 1 },
        { text: 'c', delay: 5 },
        { text: 'd', delay: 500 },
      ],
      {
        batch: { interval: 0 },
        fate: (operation, nth) =>
          operation === 'append'
            ? (fates[nth] ?? accepted)
            : operation === 'update'
              ? { verdict: 'accepted', delay: 80 }
              : accepted,
      },
    )
    await clock.run(450)
    expect(server.first()?.text).toBe('abc')
    await clock.run(5_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', repairs: 2 })
  })

  test('a rejected last append is repaired under the final status', async () => {
    const { clock, server, stream } = setup(pieces('a'), {
      fate: (operation, nth) => (operation === 'append' && nth === 1 ? refused : accepted),
    })
    await clock.run(1_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', repairs: 1 })
    expect(server.first()).toMatchObject({ text: 'a', headers: { status: 'complete' } })
  })

  test('a server that never accepts a repair makes it failed, after a few tries', async () => {
    const { clock, server, stream } = setup(pieces('a'), { fate: (operation) => (operation === 'create' ? accepted : refused) })
    await clock.run(60_000)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: 'a', repairs: 0, error: { code: 50_000 } })
    expect(server.log.filter((line) => line.startsWith('update'))).toHaveLength(6)
  })

  test('a response that cannot be created is failed; the serial rejects, quietly', async () => {
    const { clock, source, stream } = setup(pieces('a'), { fate: () => refused })
    await clock.run(60_000)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: '' })
    expect(source.closed()).toBe(true)
    await expect(stream.serial).rejects.toMatchObject({ code: 50_000 })
  })

  test('a response longer than a message continues in the next', async () => {
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted, 2_000)
    const text = 'Ünïcode 😀 '.repeat(300)
    const stream = streamResponse(server, fakeSource(clock, pieces(text)), { replyTo: 'p', clock })
    await clock.run(10_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', text })
    const parts = [...server.stored.entries()]
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.map(([, part]) => part.text).join('')).toBe(text)
    expect(parts.map(([, part]) => part.headers['continues'])).toEqual([
      undefined,
      ...parts.slice(0, -1).map(([serial]) => serial),
    ])
    for (const [, part] of parts) expect(part.headers['status']).toBe('complete')
    for (const [, part] of parts) expect(new TextEncoder().encode(part.text).length).toBeLessThan(1_000)
  })
})

describe('an end before the end', () => {
  const slow = ['a', 'b', 'c'].map((text) => ({ text, delay: 30 }))

  test('stopping keeps the text so far and closes the source', async () => {
    const stop = new AbortController()
    const { clock, server, source, stream } = setup(slow, { signal: stop.signal })
    await clock.run(65)
    stop.abort()
    await clock.run(70)
    expect(source.closed()).toBe(true)
    await clock.run(1_000)
    expect(await stream.finished).toEqual({ status: 'cancelled', text: 'ab', repairs: 0 })
    expect(server.first()).toMatchObject({ text: 'ab', headers: { status: 'cancelled' } })
  })

  test('stopped before it begins, it is created cancelled', async () => {
    const { clock, server, stream } = setup(slow, { signal: AbortSignal.abort() })
    await clock.run(1_000)
    expect(await stream.finished).toEqual({ status: 'cancelled', text: '', repairs: 0 })
    expect(server.log).toEqual(['create'])
    expect(server.first()?.headers['status']).toBe('cancelled')
  })

  test.each([
    ['its message, where that is for readers', new ReaderError('the agent shuts down'), 'the agent shuts down'],
    ['a safe sentence', new Error('deadline of db-7.internal exceeded'), 'the model failed'],
  ])('an error as the reason is a failure with %s', async (_, reason, error) => {
    const stop = new AbortController()
    const onError = vi.fn<(error: unknown) => void>()
    const { clock, server, stream } = setup(slow, { signal: stop.signal, onError })
    await clock.run(40)
    stop.abort(reason)
    await clock.run(1_000)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: 'a', error: reason })
    expect(server.first()?.headers).toMatchObject({ status: 'failed', error })
    expect(onError.mock.calls).toEqual([[reason]])
  })

  test('a source that throws fails the response, in the words of `describe`', async () => {
    const { clock, server, stream } = setup(slow, { error: new Error('secret'), describe: () => 'the model broke off' })
    await clock.run(1_000)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: 'abc', error: { message: 'secret' } })
    expect(server.first()).toMatchObject({
      text: 'abc',
      headers: { status: 'failed', error: 'the model broke off' },
    })
  })

  test('a source that yields something else than text fails', async () => {
    const { clock, stream } = setup([{ text: 42 as unknown as string, delay: 0 }]) // as from untyped code
    await clock.run(1_000)
    expect(await stream.finished).toMatchObject({ status: 'failed', error: expect.any(TypeError) })
  })

  test('not confirmed, it writes nothing more', async () => {
    const { clock, server, source, stream } = setup(slow, { confirm: async () => false })
    await clock.run(1_000)
    expect(await stream.finished).toEqual({ status: 'superseded', text: '', repairs: 0 })
    expect(server.log).toEqual(['create'])
    expect(source.closed()).toBe(true)
  })
})

test('a ReadableStream, or the promise of one, is a source', async () => {
  const clock = fakeClock()
  const server = fakeServer(clock, () => accepted)
  let cancelled = false
  const stop = new AbortController()
  const source = new ReadableStream<string>({
    start: (controller) => controller.enqueue('hello'),
    cancel: () => void (cancelled = true),
  })
  const stream = streamResponse(server, Promise.resolve(source), { clock, signal: stop.signal })
  await clock.run(100)
  stop.abort()
  await clock.run(1_000)
  expect(await stream.finished).toMatchObject({ status: 'cancelled', text: 'hello' })
  expect(cancelled).toBe(true)
})

test('message ids are safe in Ably and different for different prompts', () => {
  expect(responseId('01726585978590-001@abcdefghij:000')).toBe('response-01726585978590-001_40_abcdefghij_3a_000')
  expect(responseId('a_b')).not.toBe(responseId('a:b'))
})

test('stopped while its continuation was created and refused, it does not count as ended: that message may exist', async () => {
  const stop = new AbortController()
  const clock = fakeClock()
  let creates = 0
  const applied: Fate = { verdict: 'applied', delay: 0 }
  const server = fakeServer(clock, (kind) => (kind === 'create' && creates++ > 0 ? applied : { ...accepted, delay: 0 }), 1_450)
  const source = fakeSource(clock, pieces('x'.repeat(2_000)))
  const { finished } = streamResponse(server, source, { clock, signal: stop.signal, onError: () => undefined })
  clock.after(5, () => stop.abort())
  await clock.run(100_000)
  expect(await finished).toMatchObject({ status: 'failed', unwritten: true })
  expect([...server.stored.values()].at(-1)?.headers['status']).toBe('streaming')
})
