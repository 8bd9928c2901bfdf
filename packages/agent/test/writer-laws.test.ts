import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import type { Fate } from './fake-server.ts'
import { fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

const fate: fc.Arbitrary<Fate> = fc.record({
  verdict: fc.oneof(
    { weight: 4, arbitrary: fc.constant('accepted' as const) },
    { weight: 1, arbitrary: fc.constantFrom('refused', 'applied', 'folded', 'doubled') },
  ),
  delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
})

/** Whole characters, halves of characters and nothing at all. */
const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom('😀', '\ud83d', '\ude00', '', 'é', 'x'.repeat(90)) },
)

const session = fc.record({
  pieces: fc.array(fc.record({ text, delay: fc.constantFrom(0, 0, 0, 1, 7, 25, 90) }), { maxLength: 40 }),
  fates: fc.array(fate, { minLength: 1, maxLength: 60 }),
  /** After its fates are used up a server accepts, or goes on as before for ever. */
  recovers: fc.boolean(),
  throws: fc.boolean(),
  cancelAt: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
  interval: fc.constantFrom(0, 20),
  size: fc.constantFrom(1, 16, 4096),
  maxInFlight: fc.constantFrom(1, 3, 32),
  maxMessageSize: fc.constantFrom(1_180, 65_536),
})

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

describe('whatever operations are refused, delayed, lost or folded late', () => {
  test('the text at the server equals the source, or the outcome is failed', async () => {
    const seen: Record<string, number> = { complete: 0, cancelled: 0, failed: 0, repaired: 0, continued: 0 }
    await fc.assert(
      fc.asyncProperty(session, async (given) => {
        const clock = fakeClock()
        let operation = 0
        const server = fakeServer(
          clock,
          (_, nth) => {
            const index = operation++
            if (given.recovers && index >= given.fates.length) return { verdict: 'accepted', delay: nth % 5 }
            return given.fates[index % given.fates.length]!
          },
          given.maxMessageSize,
        )
        const broken = new Error('the model failed')
        const source = fakeSource(clock, given.pieces, given.throws ? broken : undefined)
        const stop = new AbortController()
        if (given.cancelAt !== undefined) clock.after(given.cancelAt, () => stop.abort())
        const { batch, ...rest } = { batch: { interval: given.interval, size: given.size }, maxInFlight: given.maxInFlight }
        const stream = streamResponse(server, source, { replyTo: 'prompt', signal: stop.signal, batch, clock, ...rest })
        const serial = stream.serial.catch(() => undefined)
        let atTheEnd: { inFlight: number; held: string } | undefined
        const hold = (): string => [...server.stored.values()].map((part) => part.text).join('')
        void stream.finished.then(() => (atTheEnd = { inFlight: server.inFlight(), held: hold() }))
        await clock.run(1_000_000)

        const held = hold()
        // Whoever awaits the outcome can rely on it: nothing is under way any more, nothing changes afterwards.
        expect(atTheEnd).toEqual({ inFlight: 0, held })
        const outcome = await stream.finished
        seen[outcome.status]! += 1
        if (outcome.repairs > 0) seen['repaired']! += 1
        if (server.stored.size > 1) seen['continued']! += 1
        expect(source.closed()).toBe(true)
        // The bound holds for appends; one repair, one create and the last append come on top.
        expect(server.mostInFlight()).toBeLessThanOrEqual((given.maxInFlight + 2) * Math.max(1, server.stored.size))

        const whole = wellFormed(given.pieces.map((piece) => piece.text).join(''))
        if (outcome.status === 'complete') expect(outcome.text).toBe(whole)
        // A character whose other half was never pulled ends as U+FFFD or not at all.
        else expect(whole.startsWith(outcome.text)).toBe(true)

        const parts = [...server.stored.values()]
        const mild = given.recovers && given.fates.length < 6
        if (outcome.status !== 'failed' || mild) {
          expect(held).toBe(outcome.text)
          expect(parts.at(-1)?.headers['status']).toBe(outcome.status)
        }
        // Where the server soon accepts everything, only the source is a reason to fail.
        if (outcome.status === 'failed' && mild) expect(outcome.error).toBe(broken)
        if (await serial) expect(parts[0]?.headers['reply-to']).toBe('prompt')
      }),
      { numRuns: 2_000 },
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
    // The law is not empty: each kind of ending, repairs and continuations were met.
    for (const kind of ['complete', 'cancelled', 'failed', 'repaired', 'continued'] as const)
      expect(seen[kind]).toBeGreaterThan(20)
  })
})

function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\u{fffd}')
}
