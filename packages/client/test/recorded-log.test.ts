import type { Conversation, ConversationEvent, Log } from '@streamfold/core'
import { emptyConversation, hasEnded, selectConnectionStatus, selectMessages } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import type { FakeClock } from '@streamfold/testkit'
import { createFakeClock, runSession, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openConversation, playLog } from '../src/index.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 200)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }

const attached: readonly ConversationEvent[] = [
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded' },
]
const version = (type: 'created' | 'appended', serial: string, at: string, text: string): ConversationEvent => ({
  type,
  serial,
  version: at,
  text,
  role: 'assistant',
  phase: 'streaming',
  headers: { role: 'assistant', status: 'streaming' },
  fields: {
    replyTo: undefined,
    error: undefined,
    finish: undefined,
    phase: 'streaming',
    into: undefined,
    parent: undefined,
    edits: undefined,
    again: undefined,
    placement: undefined,
  },
  clientId: 'bot',
  messageId: undefined,
  createdAt: 1,
  at: 1,
})

/** A log whose events were recorded so many milliseconds apart. */
function logOf(events: readonly ConversationEvent[], apart: number): Log {
  return { start: emptyConversation(), events, arrivals: events.map((_event, index) => ({ at: 1_000 + index * apart })) }
}

/** Lets time pass in small steps, so that what waits for a promise goes on in between. */
async function pass(clock: FakeClock, milliseconds: number, step = 20): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    clock.advance(step)
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
}

const texts = (state: Conversation) => selectMessages(state).map(({ text }) => text)

describe('a recorded log, played', () => {
  const events = [...attached, version('created', 's1', 'v1', 'one'), version('appended', 's1', 'v2', ' two')]

  it('shows each moment as long after the one before as it was recorded', async () => {
    const clock = createFakeClock()
    const { transport, options } = playLog(logOf(events, 1_000), { clock })
    const { store, release } = openConversation(transport, { ...options, clock, scheduler: (flush) => flush() })
    await pass(clock, 3_500)
    expect([selectConnectionStatus(store.getState()), texts(store.getState())]).toEqual(['live', []])
    await pass(clock, 600)
    expect(texts(store.getState())).toEqual(['one'])
    await pass(clock, 1_000)
    expect(texts(store.getState())).toEqual(['one two'])
    release()
  })

  it('is played ten times as fast, and pauses while the channel is detached', async () => {
    const clock = createFakeClock()
    const { transport, options } = playLog(logOf(events, 1_000), { clock, speed: 10 })
    const { store, disconnect, connect } = openConversation(transport, { ...options, clock, scheduler: (flush) => flush() })
    await pass(clock, 420)
    expect(texts(store.getState())).toEqual(['one'])
    await disconnect()
    await pass(clock, 60_000, 1_000)
    expect([selectConnectionStatus(store.getState()), texts(store.getState())]).toEqual(['disconnected', ['one']])
    await connect()
    await pass(clock, 200)
    expect([selectConnectionStatus(store.getState()), texts(store.getState())]).toEqual(['live', ['one two']])
  })

  it('cannot be published to, and says why', async () => {
    const clock = createFakeClock()
    const { transport, options } = playLog(logOf(events, 1), { clock, speed: Infinity })
    const { store, sendMessage } = openConversation(transport, { ...options, clock, scheduler: (flush) => flush() })
    await pass(clock, 10)
    await sendMessage('Hello').catch(() => undefined)
    expect(selectMessages(store.getState()).at(-1)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('a recorded log cannot be written to'),
    })
  })

  it('takes a speed above 0', () => {
    for (const speed of [0, -1, NaN]) expect(() => playLog(logOf([], 0), { speed })).toThrow('give a number above 0, or Infinity')
  })

  it(`at once, ends with the texts that its replay ends with (${numRuns} sessions)`, { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(sessions(), async (session) => {
        const [subscriber] = runSession(session).subscribers
        subscriber!.recover()
        const log: Log = { start: emptyConversation(), events: subscriber!.steps.map(({ event }) => event) }
        const clock = createFakeClock()
        const { transport, options } = playLog(log, { clock, speed: Infinity })
        const { store, release } = openConversation(transport, { ...options, clock, scheduler: (flush) => flush() })
        await pass(clock, 300, 1)
        const outline = (state: Conversation) =>
          selectMessages(state)
            .filter(({ status }) => status !== 'sending' && status !== 'failed')
            // What silence decided depends on the reader's own time.
            .map((message) => [message.id, message.text, message.headers['status'] && hasEnded(message) && message.status])
        expect(outline(store.getState())).toEqual(outline(replay(log)))
        release()
      }),
      { numRuns, ...seed },
    )
  })
})
