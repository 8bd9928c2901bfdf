import { expect, test } from 'vitest'
import { streamResponse } from '../src/index.ts'
import { createRateLimiter, rateLimiterOf } from '../src/publish/write/rate-limiter.ts'
import { fakeClock } from './fake-clock.ts'
import type { Fate } from './fake-server.ts'
import { fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

const tooFast = Object.assign(new Error('too fast'), { code: 42911 })
const batch = { window: 1, interval: 20, size: 4096, longest: 500 }

test('doubles once for all that was on the wire when the limit was reached', () => {
  const limiter = createRateLimiter()
  for (const sentAt of [1, 2, 3]) limiter.answered(sentAt, sentAt + 5, tooFast, batch)
  expect(limiter.interval).toBe(40)
  limiter.answered(7, 12, tooFast, batch)
  expect(limiter.interval).toBe(80)
})

test('never exceeds the longest, and returns step by step to none', () => {
  const limiter = createRateLimiter()
  let now = 0
  for (let i = 0; i < 20; i++) limiter.answered(++now, ++now, tooFast, batch)
  expect(limiter.interval).toBe(500)
  const seen = [500]
  for (let i = 0; i < 200; i++) {
    const sentAt = (now += limiter.interval)
    limiter.answered(sentAt, (now += 1), undefined, batch)
    if (limiter.interval !== seen.at(-1)) seen.push(limiter.interval)
  }
  expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  expect(seen.length).toBeGreaterThan(5)
  expect(limiter.interval).toBe(0)
})

test('does not quicken for the many that accept at once, but for calm', () => {
  const limiter = createRateLimiter()
  limiter.answered(0, 1, tooFast, batch)
  for (let i = 0; i < 100; i++) limiter.answered(2, 3, undefined, batch)
  expect(limiter.interval).toBe(40)
  limiter.answered(2, 121, undefined, batch)
  expect(limiter.interval).toBe(24)
})

test.each([42910, 42911, 42922, '42913'])('%s is a rate', (code) => {
  const limiter = createRateLimiter()
  limiter.answered(0, 1, { code }, batch)
  expect(limiter.interval).toBe(40)
})

test.each([42909, 42923, 40009, undefined])('%s is none', (code) => {
  const limiter = createRateLimiter()
  limiter.answered(0, 1, { code }, batch)
  expect(limiter.interval).toBe(0)
})

test('without batching it still slows down', () => {
  const limiter = createRateLimiter()
  const none = { ...batch, interval: 0 }
  limiter.answered(0, 1, tooFast, none)
  expect(limiter.interval).toBe(20)
  limiter.answered(1, 100, undefined, none)
  expect(limiter.interval).toBe(12)
  limiter.answered(1, 200, undefined, none)
  expect(limiter.interval).toBe(0)
})

test('a limit of the connection concerns all who write on it, one of the channel only who writes to that', () => {
  const connection = {}
  const writer = { connection } as Parameters<typeof rateLimiterOf>[0] // All that it looks at.
  const [one, other, elsewhere] = [rateLimiterOf(writer), rateLimiterOf(writer), rateLimiterOf({ ...writer, connection: {} })]
  one.answered(0, 1, { code: 42913 }, batch)
  expect([one.interval, other.interval, elsewhere.interval]).toEqual([40, 0, 0])
  one.answered(2, 3, { code: 42911 }, batch)
  expect([one.interval, other.interval, elsewhere.interval]).toEqual([40, 40, 0])
})

test.each([50, 1000, 7, 1])('gives turns at %i a second: soon at first, and never more than that in any second', (rate) => {
  const limiter = createRateLimiter()
  const turns: number[] = []
  // All asked for at once, then after a rest, then now and then.
  for (const at of [0, 5_000, 5_100, 5_950, 9_000]) for (let n = 0; n < 3 * rate; n++) turns.push(limiter.reserve(at, rate))
  for (const from of turns) {
    expect(turns.filter((turn) => turn >= from && turn < from + 1_000).length).toBeLessThanOrEqual(rate)
  }
  const wholeBurst = Math.max(1, Math.floor(rate * 0.2))
  expect(turns.filter((turn) => turn === 0)).toHaveLength(wholeBurst)
  // Four fifths of the rate are used.
  expect(turns[3 * rate - 1]!).toBeLessThan(4_000)
})

test('without a known rate every turn is now', () => {
  const limiter = createRateLimiter()
  for (let n = 0; n < 100; n++) expect(limiter.reserve(n, Infinity)).toBe(n)
})

test('a clock that is set back by an hour holds nobody up', async () => {
  const hour = 3_600_000
  const limiter = createRateLimiter()
  for (let n = 0; n < 20; n++) limiter.reserve(hour, 50)
  expect(limiter.reserve(0, 50)).toBeLessThan(1_000)
  for (let n = 0; n < 5; n++) limiter.answered(hour + n, hour + n, tooFast, batch)
  limiter.answered(1, 2, tooFast, batch)
  for (let now = 0; now < 10_000; now += 500) limiter.answered(now, now, undefined, batch)
  expect(limiter.interval).toBe(0)

  const clock = fakeClock()
  let offset = hour
  const jumping = { ...clock, now: () => clock.now() + offset }
  // One is refused, and repaired, before the clock jumps, and one after that.
  const refusals = [hour, 0]
  const decide = (kind: string): Fate => {
    const refused = kind === 'append' && clock.now() > 100 && offset === refusals[0]
    if (refused) refusals.shift()
    return { verdict: refused ? 'refused' : 'accepted', delay: 5, code: 42911 }
  }
  const server = Object.assign(fakeServer(clock, decide), { maxRate: 50 })
  const tokens = Array.from({ length: 100 }, (_, n) => ({ text: `${n} `, delay: 10 }))
  const { finished } = streamResponse(server, fakeSource(clock, tokens), { clock: jumping })
  clock.after(300, () => (offset = 0))
  await clock.run(5_000)
  expect(server.first()).toMatchObject({ headers: { status: 'complete' } })
  expect(await finished).toEqual({ status: 'complete', text: tokens.map(({ text }) => text).join(''), repairs: 2 })
})

/** Two responses on two channels of one connection, and the times at which each of them appended. */
function twoOnOneConnection(busy: (now: number) => boolean, maxRate?: number) {
  const clock = fakeClock()
  const connection = {}
  const tokens = Array.from({ length: 400 }, (_, n) => ({ text: `${n} `, delay: 10 }))
  const whole = tokens.map(({ text }) => text).join('')
  const begin = (rejects: boolean) => {
    const sentAt: number[] = []
    const server = fakeServer(clock, (kind) => {
      if (kind === 'append') sentAt.push(clock.now())
      return { verdict: kind === 'append' && rejects && busy(clock.now()) ? 'refused' : 'accepted', delay: 5, code: 42911 }
    })
    const writer = Object.assign(server, { connection, ...(maxRate !== undefined && { maxRate }) })
    const { finished } = streamResponse(writer, fakeSource(clock, tokens), { clock, repair: { pause: 50 } })
    const gaps = (from: number, to: number): number[] =>
      sentAt.slice(1).flatMap((at, n) => (sentAt[n]! >= from && sentAt[n]! < to ? [at - sentAt[n]!] : []))
    return { sentAt, server, finished, gaps }
  }
  return { clock, whole, first: begin(true), second: begin(false) }
}

test('one is told to slow down: the others on the connection do too, and all are as quick as before afterwards', async () => {
  const { clock, whole, first, second } = twoOnOneConnection((now) => now > 200 && now < 700)
  await clock.run(60_000)
  for (const { finished, server, gaps } of [first, second]) {
    expect(await finished).toMatchObject({ status: 'complete', text: whole })
    expect(server.first()?.text).toBe(whole)
    expect(Math.max(...gaps(50, 150))).toBeLessThanOrEqual(30)
    expect(Math.max(...gaps(300, 700))).toBeGreaterThan(150)
    expect(Math.max(...gaps(3_500, 3_950))).toBeLessThanOrEqual(30)
  }
  // The second was never rejected itself.
  expect(await second.finished).toMatchObject({ repairs: 0 })
})

test('the responses of a connection keep to the rate that the service has announced for it, each having its share', async () => {
  const { clock, whole, first, second } = twoOnOneConnection(() => false, 50)
  await clock.run(60_000)
  for (const { finished } of [first, second]) expect(await finished).toEqual({ status: 'complete', text: whole, repairs: 0 })
  const all = [...first.sentAt, ...second.sentAt].toSorted((a, b) => a - b)
  for (const from of all) expect(all.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(50)
  // Each has about half of forty a second.
  for (const { sentAt } of [first, second]) expect(sentAt.filter((at) => at >= 1_000 && at < 4_000).length).toBeGreaterThan(50)
})

test('many responses of a connection begin, and are repaired, at no more than its rate; each is whole', async () => {
  const clock = fakeClock()
  const connection = {}
  const sentAt: number[] = []
  // As when a connection ends: all appends on the wire are lost.
  const isOut = (): boolean => clock.now() > 10_000 && clock.now() < 11_000
  const all = Array.from({ length: 120 }, (_, nth) => {
    const server = fakeServer(clock, (kind) => {
      sentAt.push(clock.now())
      return { verdict: kind === 'append' && isOut() ? 'refused' : 'accepted', delay: 5, code: 80003 }
    })
    const tokens = Array.from({ length: 50 }, (_, n) => ({ text: `${nth}.${n} `, delay: 300 }))
    const writer = Object.assign(server, { connection, maxRate: 50 })
    const { finished } = streamResponse(writer, fakeSource(clock, tokens), { clock, onError: () => undefined })
    return { server, finished, whole: tokens.map(({ text }) => text).join('') }
  })
  await clock.run(120_000)
  let repairs = 0
  for (const { server, finished, whole } of all) {
    const outcome = await finished
    expect(outcome).toMatchObject({ status: 'complete', text: whole })
    expect(server.first()).toMatchObject({ text: whole, headers: { status: 'complete' } })
    repairs += outcome.repairs
  }
  expect(repairs).toBeGreaterThan(20)
  const times = sentAt.toSorted((a, b) => a - b)
  const most = Math.max(...times.map((from, n) => times.slice(n).findIndex((at) => at >= from + 1_000)))
  expect(most).toBeLessThanOrEqual(50)
})

test('heartbeats of many responses whose models are silent keep to the rate of the connection, and each goes on having them', async () => {
  const clock = fakeClock()
  const connection = {}
  const sentAt: number[] = []
  const all = Array.from({ length: 150 }, () => {
    const own: number[] = []
    const server = fakeServer(clock, () => {
      sentAt.push(clock.now())
      own.push(clock.now())
      return { verdict: 'accepted', delay: 5 }
    })
    const writer = Object.assign(server, { connection, maxRate: 50 })
    // A heartbeat every two seconds would be 75 a second.
    streamResponse(
      writer,
      fakeSource(clock, [
        { text: 'I look', delay: 1 },
        { text: '.', delay: 60_000 },
      ]),
      { clock, heartbeat: 2_000 },
    )
    return own
  })
  await clock.run(50_000)
  const times = sentAt.toSorted((a, b) => a - b)
  const most = Math.max(...times.map((from, n) => times.slice(n).findIndex((at) => at >= from + 1_000)))
  expect(most).toBeLessThanOrEqual(50)
  const gaps = all.flatMap((own) => own.slice(1).map((at, n) => at - own[n]!))
  expect(Math.max(...gaps)).toBeLessThan(10_000)
})

test('a stream that is too fast for the service slows down, keeps its text, and is as quick as before afterwards', async () => {
  const clock = fakeClock()
  const sentAt: number[] = []
  const busy = (): boolean => clock.now() > 200 && clock.now() < 700
  const server = fakeServer(clock, (kind) => {
    if (kind === 'append') sentAt.push(clock.now())
    return { verdict: kind === 'append' && busy() ? 'refused' : 'accepted', delay: 5, code: 42911 }
  })
  const tokens = Array.from({ length: 400 }, (_, n) => ({ text: `${n} `, delay: 10 }))
  const { finished } = streamResponse(server, fakeSource(clock, tokens), { clock, repair: { pause: 50 } })
  await clock.run(60_000)
  const whole = tokens.map(({ text }) => text).join('')
  expect(await finished).toMatchObject({ status: 'complete', text: whole })
  expect(server.first()?.text).toBe(whole)
  const gaps = sentAt.slice(1).map((at, n) => at - sentAt[n]!)
  const between = (from: number, to: number): number[] => gaps.filter((_, n) => sentAt[n]! >= from && sentAt[n]! < to)
  expect(Math.max(...between(50, 150))).toBeLessThanOrEqual(30)
  expect(Math.max(...between(300, 700))).toBeGreaterThan(150)
  expect(Math.max(...between(3_500, 3_950))).toBeLessThanOrEqual(30)
})
