import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PublishCommand, PublishEvent, PublishState } from '../src/publish/repair/publish-state.ts'
import { beginPublish, isStreaming, publishState } from '../src/publish/repair/publish-state.ts'

const limits = { maxInFlight: 3, repair: { retries: 2, pause: 200, longest: 1_000 } }
const streaming = { role: 'assistant', status: 'streaming' }
const complete = { role: 'assistant', status: 'complete' }
type Happened = PublishEvent extends infer Event ? (Event extends PublishEvent ? Omit<Event, 'at'> : never) : never

/** Feeds events to a message, one each millisecond, and collects the commands. */
function run(events: readonly Happened[], from = beginPublish(streaming, limits)) {
  let [state] = from
  const commands: PublishCommand[] = [...from[1]]
  events.forEach((event, at) => {
    const [next, more] = publishState(Object.freeze(state), { ...event, at } as PublishEvent)
    state = next
    commands.push(...more)
  })
  return { state, commands, kinds: commands.map(({ type }) => type) }
}

const created: Happened = { type: 'create-answered', serial: '01', error: undefined }
const text = (more: string): Happened => ({ type: 'text', text: more })
const due: Happened = { type: 'append-due' }
const ok = (call: number): Happened => ({ type: 'append-answered', call, error: undefined })
const rejected = (call: number, code = 50_000): Happened => ({ type: 'append-answered', call, error: { code } })
const updated = (call: number): Happened => ({ type: 'update-answered', call, error: undefined })
const ended: Happened = { type: 'source-ended', headers: complete }

describe('publishState', () => {
  test('creates, appends what waits, and closes when the last append is answered', () => {
    const { state, commands } = run([created, text('a'), text('b'), due, ok(1), text('c'), ended, ok(2)])
    expect(commands).toMatchObject([
      { type: 'create', headers: streaming },
      { type: 'append', call: 1, text: 'ab', headers: streaming },
      { type: 'append', call: 2, text: 'c', headers: complete },
      { type: 'close', repairs: 0, error: undefined },
    ])
    expect(state).toMatchObject({ place: 'closed', text: 'abc', waiting: '' })
  })

  test('repairs a rejected append with the whole text that was handed over, once', () => {
    const { commands } = run([created, text('a'), due, text('b'), due, rejected(1), rejected(2), updated(3)])
    expect(commands.slice(3)).toEqual([{ type: 'update', call: 3, text: 'ab', headers: streaming, len: 2 }])
  })

  test('a rejection that arrives after the update that came after it changes nothing', () => {
    const { state, kinds } = run([created, text('a'), due, text('b'), due, rejected(2), updated(3), rejected(1)])
    expect(kinds.filter((kind) => kind === 'update')).toHaveLength(1)
    expect(state.place).toBe('streaming.intact')
  })

  test('stops the source when a repair is rejected permanently, and says why when all is answered', () => {
    const error = { code: 40_160 }
    const { commands } = run([created, text('a'), due, rejected(1), { type: 'update-answered', call: 2, error }, text('b')])
    expect(commands.slice(-2)).toMatchObject([
      { type: 'stop', error },
      { type: 'close', repairs: 0, error },
    ])
  })

  test('gives up a create that is rejected too often', () => {
    const failed: Happened = { type: 'create-answered', serial: undefined, error: new Error('away') }
    const pauses = [failed, { type: 'pause-over' }, failed, { type: 'pause-over' }, failed] as const
    expect(run(pauses).kinds).toEqual(['create', 'pause', 'create', 'pause', 'create', 'close'])
  })

  test('sends a heartbeat only after silence, and changed headers once', () => {
    const beat: Happened = { type: 'heartbeat', silence: 100 }
    const noted = { ...streaming, note: 'x' }
    const headers: Happened = { type: 'headers', headers: noted }
    const begun = run([created, text('a'), due, beat, ok(1), beat, headers, { type: 'headers-due' }, { type: 'headers-due' }])
    expect(begun.commands.slice(2)).toMatchObject([{ type: 'append', call: 2, text: '', headers: noted, scheduled: false }])
    const [, commands] = publishState({ ...begun.state, inFlight: 0 }, { ...beat, at: 1_000 } as PublishEvent)
    expect(commands).toMatchObject([{ type: 'append', text: '' }])
  })

  test('never changes the state that it is given, loses no text, and never repairs twice at once', () => {
    const error = fc.constantFrom(undefined, { code: 50_000 }, { code: 40_160 })
    const call = fc.integer({ min: 1, max: 6 })
    const event = fc.oneof<fc.Arbitrary<Happened>[]>(
      fc.constantFrom(created, due, ended, text('x'), { type: 'pause-over' }, { type: 'disturbed' }, { type: 'headers-due' }),
      fc.record({ type: fc.constantFrom('append-answered' as const, 'update-answered' as const), call, error }),
      fc.record({ type: fc.constant('heartbeat' as const), silence: fc.constant(1) }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const { state, commands } = run(events)
        const given = events.filter(({ type }) => type === 'text').length
        expect(state.text.length + state.waiting.length).toBe(given)
        const carried = commands.reduce((held, each) => (each.type === 'append' ? held + each.text : held), '')
        expect(state.text.startsWith(carried)).toBe(true)
        expect(commands.filter(({ type }) => type === 'close').length).toBeLessThanOrEqual(1)
        expect(isStreaming(state as PublishState) && commands.some(({ type }) => type === 'close')).toBe(false)
      }),
    )
  })
})
