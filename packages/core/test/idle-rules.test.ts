import { describe, expect, it } from 'vitest'
import type { ConversationEvent, ConversationOptions } from '@streamfold/core'
import { emptyConversation, reduce, selectMessage } from '@streamfold/core'
import { attached, fold, live, read, streaming } from './build.ts'

const tick = (now: number): ConversationEvent => ({ type: 'tick', now })
const start = (events: readonly ConversationEvent[], options?: Partial<ConversationOptions>) =>
  fold([tick(1_000), ...attached, ...events], emptyConversation(options))
const message = (...events: readonly ConversationEvent[]) => selectMessage(start(events), 's1')
const status = (...events: readonly ConversationEvent[]) => message(...events)?.status
const create = () => live('create', 'v1', 'a')
const plain = () => live('create', 'v1', 'a', { extras: undefined })
const nobody = { type: 'presence', agents: [] } as const
const somebody = { type: 'presence', agents: ['agent'] } as const
const lost = { type: 'connection', state: 'disconnected' } as const
const resumed = { type: 'channel', state: 'attached', resumed: true } as const

describe('time', () => {
  it('only goes forward', () => {
    const state = start([create()])
    for (const now of [1_000, 999, 0, NaN]) expect(reduce(state, tick(now))).toBe(state)
    expect(reduce(state, tick(1_001)).context.now).toBe(1_001)
  })

  it('changes no message while no idle rule applies', () => {
    const state = start([create(), tick(12_000)])
    expect(reduce(state, tick(13_000)).records).toBe(state.records)
  })
})

describe('an idle rule applies to a response that was idle for longer than', () => {
  it.each([
    ['stalledAfter', [], 10_000, 'stalled'],
    ['stalledAfter, while an agent is present', [somebody], 10_000, 'stalled'],
    ['abandonedAfter', [], 60_000, 'abandoned'],
    ['abandonedAfter, while an agent is present', [somebody], 60_000, 'abandoned'],
    ['absentAfter, while none is', [nobody], 5_000, 'abandoned'],
  ] as const)('%s', (_option, presence, silence, verdict) => {
    const before = status(create(), ...presence, tick(1_000 + silence))
    expect(before).toBe(silence === 60_000 ? 'stalled' : 'streaming')
    expect(status(create(), ...presence, tick(1_001 + silence))).toBe(verdict)
  })

  it('a product’s own times', () => {
    const own = { stalledAfter: 10, abandonedAfter: 30, absentAfter: 20 }
    const after = (silence: number, ...presence: readonly ConversationEvent[]) =>
      selectMessage(start([create(), ...presence, tick(1_000 + silence)], own), 's1')?.status
    expect([after(10), after(11), after(30), after(31)]).toEqual(['streaming', 'stalled', 'stalled', 'abandoned'])
    expect([after(20, nobody), after(21, nobody)]).toEqual(['stalled', 'abandoned'])
  })

  it('since its last activity, not since its start', () => {
    expect(status(create(), tick(9_000), live('append', 'v2', 'b'), tick(19_000))).toBe('streaming')
    expect(status(create(), tick(9_000), live('append', 'v2', 'b'), tick(19_001))).toBe('stalled')
  })

  it('a gapped response stays gapped', () => {
    const gapped = [read('update', 'v1', 'a'), tick(8_000), live('append', 'v3', 'c')] as const
    for (const [now, verdict] of [
      [18_001, 'stalled'],
      [68_001, 'abandoned'],
    ] as const)
      expect(message(...gapped, tick(now))).toMatchObject({ status: verdict, continuity: 'gapped' })
  })

  it('separately for each of several responses', () => {
    const other = live('create', 'w1', 'x', { serial: 's2' })
    const state = start([create(), tick(8_000), other, tick(12_000)])
    expect([selectMessage(state, 's1')?.status, selectMessage(state, 's2')?.status]).toEqual(['stalled', 'streaming'])
    expect(state.context.open).toEqual(['s1', 's2'])
    const later = reduce(state, tick(62_000))
    expect([selectMessage(later, 's1')?.status, selectMessage(later, 's2')?.status]).toEqual(['abandoned', 'stalled'])
    expect(later.context.open).toEqual(['s2'])
  })
})

describe('idle time does not count while the channel is not live', () => {
  it('not during an interruption, and not afterwards for its duration', () => {
    const gap = [create(), tick(2_000), lost, tick(90_000)] as const
    expect(status(...gap)).toBe('streaming')
    expect(status(...gap, resumed, tick(100_000))).toBe('streaming')
    expect(status(...gap, resumed, tick(100_001))).toBe('stalled')
  })

  it('not before the channel is live', () => {
    expect(selectMessage(fold([tick(1_000), ...attached.slice(0, 3), create(), tick(90_000)]), 's1')?.status).toBe('streaming')
  })
})

describe('a response without a mark of its end', () => {
  it('is assumed complete after it was idle for stalledAfter, and is never abandoned', () => {
    expect(status(plain(), tick(11_000))).toBe('streaming')
    expect(message(plain(), tick(11_001))).toMatchObject({ status: 'complete', continuity: 'contiguous' })
    expect(status(plain(), nobody, tick(8_000))).toBe('streaming')
    expect(status(plain(), tick(90_000))).toBe('complete')
    expect(start([plain(), tick(11_001)]).context.open).toEqual([])
  })

  it('gets no more text, so its gap is closed as well', () => {
    const snapshot = read('update', 'v1', 'a', { extras: undefined, version: { serial: 'v1', timestamp: 500 } })
    expect(message(snapshot)).toMatchObject({ status: 'streaming', continuity: 'gapped' })
    expect(message(snapshot, tick(10_500))).toMatchObject({ status: 'streaming', continuity: 'gapped' })
    expect(message(snapshot, tick(10_501))).toMatchObject({ status: 'complete', continuity: 'contiguous' })
  })

  it('has a mark as soon as one of its versions has', () => {
    const marked = live('append', 'v2', 'b', { extras: { headers: streaming } })
    expect(status(plain(), marked, tick(12_000))).toBe('stalled')
    expect(status(create(), live('append', 'v2', 'b', { extras: undefined }), tick(12_000))).toBe('stalled')
  })
})

describe('a response that was only read', () => {
  const snapshot = (timestamp: number, more: Record<string, unknown> = {}) =>
    read('update', 'v1', 'a', { version: { serial: 'v1', timestamp }, ...more })

  it('gets time for a delivery where an agent may be writing it', () => {
    const hydrated = [tick(100_000), snapshot(2)]
    const since = (...events: readonly ConversationEvent[]) =>
      selectMessage(fold([...hydrated, ...attached, ...events]), 's1')?.status
    for (const presence of [[], [somebody]]) {
      expect(since(...presence, tick(110_000))).toBe('streaming')
      expect(since(...presence, tick(110_001))).toBe('stalled')
    }
    expect(since(nobody, tick(100_001))).toBe('abandoned')
  })

  it('counts from the service’s time if the channel became live earlier', () => {
    expect(status(snapshot(5_000), tick(15_000))).toBe('streaming')
    expect(status(snapshot(5_000), tick(15_001))).toBe('stalled')
    expect(status(snapshot(5_000), nobody, tick(10_000))).toBe('streaming')
    expect(status(snapshot(5_000), nobody, tick(10_001))).toBe('abandoned')
  })

  it('never counts from later than now, even if the service’s clock is ahead', () => {
    const ahead = start([snapshot(50_000), tick(20_000)])
    expect(selectMessage(ahead, 's1')?.status).toBe('streaming')
    expect(selectMessage(reduce(ahead, tick(60_001)), 's1')?.status).toBe('stalled')
  })

  it('counts from the latest of several messages that make it', () => {
    const part = (serial: string, timestamp: number, headers: Record<string, string>) =>
      read('update', `${serial}v`, 'a', {
        serial,
        version: { serial: `${serial}v`, timestamp },
        extras: { headers: { role: 'assistant', ...headers } },
      })
    const marked = [part('s1', 5_000, { status: 'streaming' }), part('s2', 3_000, { status: 'streaming', continues: 's1' })]
    expect([status(...marked, tick(15_000)), status(...marked, tick(15_001))]).toEqual(['streaming', 'stalled'])
    const bare = [part('s1', 3_000, {}), part('s2', 5_000, { continues: 's1' })]
    expect([status(...bare, tick(15_000)), status(...bare, tick(15_001))]).toEqual(['streaming', 'complete'])
  })

  it('counts as delivered again once the stream reaches it', () => {
    const reached = [read('update', 'v1', 'a'), tick(8_000), live('create', 'v1', 'a')] as const
    expect(status(...reached, tick(18_000))).toBe('streaming')
    expect(status(...reached, tick(18_001))).toBe('stalled')
  })
})

it('the time that the machine slept is not idle time', () => {
  const hours = 8 * 3_600_000
  const slept = start([create(), { type: 'tick', now: hours, awoke: true }])
  expect(selectMessage(slept, 's1')?.status).toBe('streaming')
  expect(selectMessage(fold([tick(hours + 10_001)], slept), 's1')?.status).toBe('stalled')
  expect(fold([{ type: 'tick', now: hours, awoke: true }], slept)).toBe(slept)
})
