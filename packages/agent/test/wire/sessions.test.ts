import { selectMessages } from '@streamfold/core'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { streamResponse } from '../../src/index.ts'
import type { LocalAbly } from './fixture.ts'
import { agentChannel, client, pause, serve, until, watch } from './fixture.ts'

/** What goes wrong before the token of this number. */
type Fault = { readonly before: number } & (
  | { readonly do: 'reject'; readonly nth: number; readonly times: number; readonly code: number; readonly fold: boolean }
  | { readonly do: 'cut'; readonly refuseFor: number; readonly losesAcks: boolean; readonly expires: boolean }
  | { readonly do: 'delay'; readonly ms: number }
)

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    before: fc.nat(25),
    do: fc.constant('reject' as const),
    nth: fc.integer({ min: 1, max: 4 }),
    times: fc.integer({ min: 1, max: 3 }),
    code: fc.constantFrom(42_911, 50_000),
    fold: fc.boolean(),
  }),
  fc.record({
    before: fc.nat(25),
    do: fc.constant('cut' as const),
    refuseFor: fc.constantFrom(0, 30),
    losesAcks: fc.boolean(),
    expires: fc.boolean(),
  }),
  fc.record({ before: fc.nat(25), do: fc.constant('delay' as const), ms: fc.integer({ min: 1, max: 60 }) }),
)

const session = fc.record({
  words: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 26, maxLength: 60 }),
  pace: fc.constantFrom(0, 1, 4),
  interval: fc.constantFrom(0, 20),
  faults: fc.array(fault, { minLength: 1, maxLength: 5 }),
})
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

test('100 sessions over the real client: whatever the wire does, the service and a live reader hold the source', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
  console.log(`seed ${seed} (SEED=${seed} repeats it)`)
  const server = await serve()
  const sessions = fc.sample(session, { numRuns: 100, seed })
  let repairs = 0
  for (let at = 0; at < sessions.length; at += 10) {
    const together = sessions.slice(at, at + 10).map((given, n) => run(server, given, `ai:session${at + n}`))
    for (const count of await Promise.all(together)) repairs += count
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  // The faults did strike.
  expect(repairs).toBeGreaterThan(30)
}, 120_000)

async function run(server: LocalAbly, given: Session, name: string): Promise<number> {
  // Ably's client ids select whom a fault strikes: each session has its own two.
  const writer = client(server, { clientId: 'agent', transportParams: { session: name } })
  const reader = client(server, { clientId: `reader-${name}` })
  const channel = agentChannel(writer, name)
  const { store } = watch(reader.channels.get(name))
  await until(store, (state) => state.context.channel.status === 'live')
  const undo: (() => void)[] = []
  async function* source() {
    for (const [n, word] of given.words.entries()) {
      for (const each of given.faults) if (each.before === n) strike(server, each, name, writer.connection.id, undo)
      if (given.pace > 0) await pause(given.pace)
      yield word
    }
  }
  const stream = streamResponse(channel.writer, source(), {
    batch: { interval: given.interval },
    repair: { retries: 12, pause: 20, longest: 500 },
  })
  const outcome = await stream.finished
  for (const each of undo) each()
  const whole = given.words.join('')
  const said = JSON.stringify(given)
  expect({ ...outcome, said }).toMatchObject({ status: 'complete', text: whole, said })
  const serial = await stream.serial
  const stored = await reader.channels.get(name).getMessage(serial)
  expect({ text: stored.data, said }).toEqual({ text: whole, said })
  const state = await until(store, (now) => {
    const [message] = selectMessages(now)
    // The service itself may hold a hole for the moment between a rejected append and its repair. And a reader that lost continuity
    // after the last word sees the end first: the text is whole, but only the snapshot that it fetches says so.
    const settled = message?.status === 'complete' && message.continuity === 'contiguous'
    return settled && message.text === whole && now.context.channel.status === 'live'
  })
  expect(selectMessages(state)).toMatchObject([{ text: whole, continuity: 'contiguous' }])
  writer.close()
  reader.close()
  return outcome.repairs
}

function strike(
  { faults }: LocalAbly,
  fault: Fault,
  channel: string,
  connectionId: string | undefined,
  undo: (() => void)[],
): void {
  const connection = connectionId === undefined ? {} : { connectionId }
  if (fault.do === 'reject') {
    const { nth, times, code, fold } = fault
    undo.push(faults.rejectAppend({ channel, nth, times, code, fold }))
  } else if (fault.do === 'delay') {
    undo.push(faults.delay({ channel, ms: fault.ms }))
  } else if (connectionId !== undefined) {
    const found = fault.losesAcks ? faults.dropAck(connection) : () => undefined
    const cut = (): void => {
      // What was not lost by now must not be lost on the next connection, which nothing would cut.
      found()
      if (fault.expires) faults.expireContinuity(connection)
      faults.cut({ ...connection, refuseFor: fault.refuseFor })
    }
    if (fault.losesAcks) setTimeout(cut, 5)
    else cut()
  }
}
