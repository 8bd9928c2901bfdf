import { selectMessages } from '@streamfold/core'
import { createSubscriber } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { streamResponse } from '../src/index.ts'
import { fakeClock } from './fake-clock.ts'
import { fate, outages } from './faults.ts'
import type { Fate } from './fake-server.ts'
import { fakeServer } from './fake-server.ts'
import { fakeSource } from './fake-source.ts'

/** Sessions fail by the thousand. */
const onError = (): void => undefined

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
  /** When headers are added. */
  annotateAt: fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 3 }),
  window: fc.constantFrom(1, 2, 8),
  interval: fc.constantFrom(0, 20),
  size: fc.constantFrom(1, 16, 4096),
  maxInFlight: fc.constantFrom(1, 3, 32),
  maxMessageSize: fc.constantFrom(1_450, 65_536),
  maxRate: fc.constantFrom(undefined, 50, 8),
  rollup: fc.constantFrom(0, 0, 40),
  outages,
  conflate: fc.boolean(),
})

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

describe('whatever operations are refused, delayed, lost, doubled or folded late, and whenever the connection goes', () => {
  test('the text at the server equals the source, or the outcome is failed', { timeout: 300_000 }, async () => {
    const seen: Record<string, number> = {
      complete: 0,
      cancelled: 0,
      failed: 0,
      repaired: 0,
      continued: 0,
      doubted: 0,
      kept: 0,
      lost: 0,
    }
    await fc.assert(
      fc.asyncProperty(session, async (given) => {
        const clock = fakeClock()
        let operation = 0
        const decide = (_: string, nth: number): Fate => {
          const index = operation++
          if (given.recovers && index >= given.fates.length) return { verdict: 'accepted', delay: nth % 5 }
          return given.fates[index % given.fates.length]!
        }
        const server = fakeServer(clock, decide, given.maxMessageSize, given.outages)
        const viewer = createSubscriber(server.model)
        viewer.attach(0)
        const watch = (): void => {
          viewer.deliver(3, { conflate: given.conflate })
          if (clock.now() < 2_000) clock.after(13, watch)
        }
        watch()
        const broken = new Error('the model failed')
        const source = fakeSource(clock, given.pieces, given.throws ? broken : undefined)
        const stop = new AbortController()
        if (given.cancelAt !== undefined) clock.after(given.cancelAt, () => stop.abort())
        const batch = { window: given.window, interval: given.interval, size: given.size }
        const { maxInFlight } = given
        const writer = Object.assign(server, { maxRate: given.maxRate, rollup: given.rollup })
        const stream = streamResponse(writer, source, {
          replyTo: 'prompt',
          signal: stop.signal,
          batch,
          clock,
          maxInFlight,
          onError,
        })
        const serial = stream.serial.catch(() => undefined)
        let ended = false
        let added: string | undefined
        void stream.finished.then(() => (ended = true))
        for (const at of given.annotateAt) {
          clock.after(at, () => {
            if (ended) return
            added = `${at}`
            stream.annotate({ added })
          })
        }
        let atTheEnd: { inFlight: number; held: string } | undefined
        const hold = (): string => [...server.stored.values()].map((part) => part.text).join('')
        void stream.finished.then(() => (atTheEnd = { inFlight: server.inFlight(), held: hold() }))
        await clock.run(1_000_000)

        const held = hold()
        // The outcome is reliable: no operation is under way any more, and the text does not change afterwards.
        expect(atTheEnd).toEqual({ inFlight: 0, held })
        const outcome = await stream.finished
        seen[outcome.status]! += 1
        if (outcome.repairs > 0) seen['repaired']! += 1
        if (server.stored.size > 1) seen['continued']! += 1
        if (given.outages.some(({ ends }) => ends === 'replaced') && outcome.repairs > 0) seen['doubted']! += 1
        expect(source.closed()).toBe(true)
        // The bound holds for appends; one repair, one create and the last append come on top.
        expect(server.mostInFlight()).toBeLessThanOrEqual((maxInFlight + 2) * Math.max(1, server.stored.size))

        const whole = wellFormed(given.pieces.map((piece) => piece.text).join(''))
        if (outcome.status === 'complete') expect(outcome.text).toBe(whole)
        // A character whose other half was never pulled ends as U+FFFD or not at all.
        else expect(whole.startsWith(outcome.text)).toBe(true)

        const parts = [...server.stored.values()]
        const forGood = given.fates.some(({ verdict, code }) => verdict !== 'accepted' && code === 40_160)
        const mild = given.recovers && !forGood && given.fates.length < 6 && given.outages.every(({ ends }) => ends === 'resumed')
        if (outcome.status === 'failed' && (outcome.error as { code?: number }).code === 40_160) seen['lost']! += 1
        if (outcome.status !== 'failed' || mild) {
          expect(held).toBe(outcome.text)
          expect(parts.at(-1)?.headers['status']).toBe(outcome.status)
          // Of several messages the last may have ended while an earlier one is still put right.
          if (parts.length === 1) expect(parts[0]?.headers['added']).toBe(added)
        }
        // Where the server soon accepts everything, only the source is a reason to fail.
        if (outcome.status === 'failed' && mild) expect(outcome.error).toBe(broken)
        if (await serial) expect(parts[0]?.headers['reply-to']).toBe('prompt')

        // A live reader was never shown text that the server did not hold, and ends with what it holds, read as one response.
        viewer.recover()
        for (const { after } of viewer.steps) {
          const [message] = selectMessages(after)
          if (!message || server.stored.size > 1 || message.continuity === 'gapped') continue
          expect(message.text).toBe(server.model.textAt(message.id, message.version))
        }
        const shown = selectMessages(viewer.state())
        expect(shown.map((message) => message.text).join('')).toBe(held)
        if (outcome.status !== 'failed') {
          expect(shown).toMatchObject([{ text: outcome.text, status: outcome.status }])
          seen['kept']! += 1
        }
      }),
      { numRuns: 2_500 },
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
    // The law is not empty: each kind of ending, repairs and continuations were met.
    for (const kind of Object.keys(seen)) expect([kind, seen[kind]! > 20]).toEqual([kind, true])
  })

  test.each(['resumed', 'replaced', 'suspended', 'never'] as const)('the connection lost at every step, and %s', async (ends) => {
    const words = Array.from({ length: 12 }, (_, n) => ` word${n}`)
    for (let at = 0; at <= 160; at++) {
      const clock = fakeClock()
      const server = fakeServer(clock, () => ({ verdict: 'accepted', delay: 7 }), 65_536, [{ at, lasts: 300, ends }])
      const source = fakeSource(
        clock,
        words.map((word) => ({ text: word, delay: 10 })),
      )
      const stream = streamResponse(server, source, { replyTo: 'prompt', batch: { interval: 0 }, clock, onError })
      await clock.run(1_000_000)
      const { status, text: said } = await stream.finished
      const held = server.first()?.text ?? ''
      // What did arrive is a beginning of the source, also where nothing more could.
      if (status === 'failed') expect([at, ends, words.join('').startsWith(held)]).toEqual([at, 'never', true])
      else expect([at, said, held]).toEqual([at, words.join(''), words.join('')])
    }
    expect(unhandled).toEqual([])
  })
})

function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\u{fffd}')
}
