import { expect, test } from 'vitest'
import { streamResponse } from '../src/index.ts'
import { createPace } from '../src/pace.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

const tooFast = Object.assign(new Error('too fast'), { code: 42911 })
const options = { interval: 20, size: 4096, longest: 500 }

test('doubles once for all that was on the wire when the limit was reached', () => {
  const pace = createPace(options)
  for (const call of [1, 2, 3]) pace.answered(call, 3, tooFast)
  expect(pace.interval).toBe(40)
  pace.answered(4, 4, tooFast)
  expect(pace.interval).toBe(80)
  expect(pace.slowed).toBe(true)
})

test('never exceeds the longest, and returns step by step to what was asked for', () => {
  const pace = createPace(options)
  let call = 0
  for (let i = 0; i < 20; i++) pace.answered(++call, call, tooFast)
  expect(pace.interval).toBe(500)
  const seen = [500]
  for (let i = 0; i < 200; i++) {
    pace.answered(++call, call, undefined)
    if (pace.interval !== seen.at(-1)) seen.push(pace.interval)
  }
  expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  expect(seen.length).toBeGreaterThan(5)
  expect(pace.interval).toBe(20)
  expect(pace.slowed).toBe(false)
})

test.each([42910, 42911, 42922, '42913'])('%s is a rate', (code) => {
  const pace = createPace(options)
  pace.answered(1, 1, { code })
  expect(pace.slowed).toBe(true)
})

test.each([42909, 42923, 40009, undefined])('%s is none', (code) => {
  const pace = createPace(options)
  pace.answered(1, 1, { code })
  expect(pace.slowed).toBe(false)
})

test('without batching it still slows down', () => {
  const pace = createPace({ ...options, interval: 0 })
  pace.answered(1, 1, tooFast)
  expect(pace.interval).toBe(20)
  for (let call = 2; call < 40; call++) pace.answered(call, call, undefined)
  expect(pace.interval).toBe(0)
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
