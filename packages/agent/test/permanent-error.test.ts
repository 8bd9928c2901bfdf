import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StreamOptions } from '../src/index.ts'
import { streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import type { Fate } from './fake-server.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

const final = [
  40_000, 40_003, 40_009, 40_010, 40_012, 40_013, 40_101, 40_102, 40_160, 40_161, 40_165, 40_171, 40_300, 40_400, 93_002,
]
const passing = [42_911, 42_922, 50_000, 50_003, 40_142, 80_002, 80_003, 80_017, 90_001, 90_007, NaN]

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

function setup(fate: Parameters<typeof fakeServer>[1], options: StreamOptions & { pieces?: number; pace?: number } = {}) {
  const { pieces = 50, pace = 30, ...rest } = options
  const clock = fakeClock()
  const server = fakeServer(clock, fate)
  const source = fakeSource(
    clock,
    Array.from({ length: pieces }, (_, n) => ({ text: `${n} `, delay: pace })),
  )
  return {
    clock,
    server,
    source,
    stream: streamResponse(server, source, { replyTo: 'p', clock, onError: () => undefined, ...rest }),
  }
}

const refusedFor = (code: number): Fate => ({ verdict: 'refused', delay: 5, code })
const updates = (log: readonly string[]): number => log.filter((line) => line.startsWith('update')).length

describe('a refusal that no further try can change', () => {
  test.each(final)('%i of an update ends the response at once: failed, its text kept, the source closed', async (code) => {
    const { clock, server, source, stream } = setup((operation, nth) =>
      operation === 'create' || (operation === 'append' && nth < 2) ? accepted : refusedFor(code),
    )
    await clock.run(200)
    expect(source.closed()).toBe(true)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: '0 1 2 ', repairs: 0, error: { code } })
    expect(updates(server.log)).toBe(1)
    const { length } = server.log
    await clock.run(60_000)
    expect(server.log).toHaveLength(length)
    expect(server.inFlight()).toBe(0)
  })

  test('the same of the repair after the end', async () => {
    const { clock, server, stream } = setup(
      (operation, nth) => (operation === 'create' || (operation === 'append' && nth < 3) ? accepted : refusedFor(40_160)),
      { pieces: 3 },
    )
    await clock.run(300)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: '0 1 2 ', error: { code: 40_160 } })
    expect(updates(server.log)).toBe(1)
  })

  test('the same of the create: nobody waits for further tries', async () => {
    const { clock, server, source, stream } = setup(() => refusedFor(40_160))
    await clock.run(20)
    await expect(stream.serial).rejects.toMatchObject({ code: 40_160 })
    expect(await stream.finished).toMatchObject({ status: 'failed', text: '' })
    expect(source.closed()).toBe(true)
    expect(server.log).toEqual(['create'])
  })

  test('is also the cause of a channel that has failed', async () => {
    const failed = Object.assign(new Error('channel state is failed'), { code: 90_001, cause: { code: 40_160 } })
    const clock = fakeClock()
    const server = fakeServer(clock, () => accepted)
    const writer = { ...server, append: () => Promise.reject(failed), update: () => Promise.reject(failed) }
    const source = fakeSource(clock, [{ text: 'a', delay: 0 }])
    const stream = streamResponse(writer, source, { clock })
    await clock.run(50)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: 'a', error: failed })
  })

  test('a silent source is not waited for', async () => {
    const { clock, source, stream } = setup((operation) => (operation === 'create' ? accepted : refusedFor(40_400)), {
      pace: 70_000,
      heartbeat: 1_000,
    })
    await clock.run(2_000)
    expect(source.closed()).toBe(true)
    expect(await stream.finished).toMatchObject({ status: 'failed', text: '', error: { code: 40_400 } })
  })

  test('a source that waits for the wire is not left waiting', async () => {
    const { clock, source, stream } = setup(
      (operation, nth) =>
        operation === 'create' || (operation === 'append' && nth > 0) ? { verdict: 'accepted', delay: 500 } : refusedFor(93_002),
      { pace: 0, maxInFlight: 2, batch: { interval: 0, size: 1 } },
    )
    await clock.run(2_000)
    expect(source.closed()).toBe(true)
    expect(await stream.finished).toMatchObject({ status: 'failed', error: { code: 93_002 } })
  })

  test('what is on the wire is waited for: nothing is under way when it has finished', async () => {
    const { clock, server, stream } = setup((operation, nth) => {
      if (operation === 'update' || (operation === 'append' && nth === 1)) return refusedFor(40_009)
      return { verdict: 'accepted', delay: operation === 'create' ? 1 : 300 }
    })
    let atTheEnd: number | undefined
    void stream.finished.then(() => (atTheEnd = server.inFlight()))
    await clock.run(5_000)
    expect(atTheEnd).toBe(0)
  })
})

describe('any other refusal', () => {
  test.each(passing)('%d of an update is tried again, and the text is whole', async (code) => {
    const { clock, stream } = setup(
      (operation, nth) =>
        (operation === 'append' && nth === 1) || (operation === 'update' && nth < 3) ? refusedFor(code) : accepted,
      { pieces: 10 },
    )
    await clock.run(60_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', text: '0 1 2 3 4 5 6 7 8 9 ', repairs: 1 })
  })

  test.each(final)('a single append refused with %i is repaired like any other: the update decides', async (code) => {
    const { clock, server, stream } = setup(
      (operation, nth) => (operation === 'append' && nth === 1 ? refusedFor(code) : accepted),
      { pieces: 5 },
    )
    await clock.run(60_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', repairs: 1 })
    expect(server.first()?.text).toBe('0 1 2 3 4 ')
  })
})

test('no rejection was left unhandled', async () => {
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
})
