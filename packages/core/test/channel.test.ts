import { describe, expect, it } from 'vitest'
import type { ConversationEvent } from '@streamfold/core'
import type { Effect } from '@streamfold/core/transport'
import { emptyConversation, reduce, selectMessage } from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import { attached, fold, live, read, streaming } from './build.ts'

const tick = (now: number): ConversationEvent => ({ type: 'tick', now })
const channel = (...events: readonly ConversationEvent[]) => fold(events).context.channel
const begun = { type: 'channel', state: 'attached' } as const
const resumed = { type: 'channel', state: 'attached', resumed: true } as const
const loaded = { type: 'history', state: 'loaded' } as const
const failed = { type: 'history', state: 'failed', error: 'no network' } as const
const lost = { type: 'connection', state: 'disconnected' } as const

describe('the state of the channel', () => {
  it('keeps the reason why it was left until it attaches again', () => {
    for (const state of ['detached', 'suspended', 'failed'] as const) {
      const left: ConversationEvent = { type: 'channel', state, error: 'no permission' }
      expect(channel(...attached, left)).toMatchObject({ status: state, error: 'no permission' })
      expect(channel(...attached, left, { type: 'channel', state: 'attaching' }, begun).error).toBeUndefined()
    }
  })

  it('has failed where it could not be opened', () => {
    const unopened: ConversationEvent = { type: 'channel', state: 'failed', error: 'no permission', unopened: true }
    for (const before of [[], attached, [...attached, lost]]) {
      const state = fold([...before, unopened])
      expect(state.context.channel).toMatchObject({ status: 'failed', place: 'failed', error: 'no permission', unopened: true })
      expect(channel(...before, unopened, ...attached.slice(1, 3))).toMatchObject({ status: 'hydrating', error: undefined })
      expect(channel(...before, unopened, ...attached.slice(1, 3)).unopened).toBeUndefined()
    }
  })

  it('does not change when nothing happens to it', () => {
    const states = [fold([]), fold(attached), fold(attached.slice(0, 3)), fold([...attached, lost])]
    for (const state of states) {
      expect(reduce(state, { type: 'cancel', target: 's1', clientId: undefined, at: 1 })).toBe(state)
      expect(reduce(state, { type: 'history', state: 'older' })).toBe(state)
    }
    expect(reduce(states[0]!, { type: 'channel', state: 'detached' })).toBe(states[0])
    expect(reduce(states[1]!, resumed)).toBe(states[1])
    expect(reduce(states[1]!, loaded)).toBe(states[1])
    expect(reduce(states[2]!, resumed)).toBe(states[2])
    expect(reduce(states[3]!, lost)).toBe(states[3])
  })

  it('is live since its deliveries arrive', () => {
    const since = (...events: readonly ConversationEvent[]) => fold(events).context.liveSince
    expect(since(tick(5), ...attached.slice(0, 3))).toBe(0)
    expect(since(tick(5), ...attached)).toBe(5)
    expect(since(tick(5), ...attached, tick(6), lost, tick(7))).toBe(5)
    expect(since(tick(5), ...attached, tick(6), lost, tick(7), resumed)).toBe(7)
  })
})

describe('the connection', () => {
  const connection = (...events: readonly ConversationEvent[]) => fold([tick(1_000), ...events]).context.connection

  it('has the client’s state, with the time of the next try in local time', () => {
    expect(connection({ ...lost, error: 'gone', retryIn: 500 })).toEqual({ state: 'disconnected', error: 'gone', retryAt: 1_500 })
    expect(connection(lost)).toEqual({ state: 'disconnected', error: undefined, retryAt: undefined })
    expect(connection({ ...lost, retryIn: 0 }).retryAt).toBe(1_000)
  })

  it('is a new value exactly when something of it is new', () => {
    const state = fold([tick(1_000), { ...lost, error: 'gone', retryIn: 500 }])
    expect(reduce(state, { ...lost, error: 'gone', retryIn: 500 })).toBe(state)
    for (const event of [
      { ...lost, state: 'suspended', error: 'gone', retryIn: 500 },
      { ...lost, error: 'other', retryIn: 500 },
      { ...lost, error: 'gone', retryIn: 600 },
      { ...lost, error: 'gone' },
    ] as const) {
      const { type: _type, retryIn, ...rest } = { retryIn: undefined, ...event }
      const retryAt = retryIn === undefined ? undefined : 1_000 + retryIn
      expect(reduce(state, event).context.connection).toEqual({ ...rest, retryAt })
    }
  })

  it('stays refused, with the reason, until it is made or fails otherwise', () => {
    const refused = { type: 'connection', state: 'failed', error: 'no token', refused: true } as const
    const connecting = { type: 'connection', state: 'connecting' } as const
    const known = { error: 'no token', refused: true, retryAt: undefined }
    expect(connection(refused)).toEqual({ state: 'failed', ...known })
    expect(connection(refused, connecting)).toEqual({ state: 'connecting', ...known })
    expect(connection(refused, connecting, lost)).toEqual({ state: 'disconnected', error: undefined, retryAt: undefined })
    expect(connection(refused, { type: 'connection', state: 'connected' })).not.toHaveProperty('refused')
    expect(connection(lost, { ...connecting, error: 'slow' })).toEqual({ state: 'connecting', error: 'slow', retryAt: undefined })
    const state = fold([refused])
    expect(reduce(state, refused)).toBe(state)
    expect(reduce(state, { ...refused, refused: false }).context.connection.refused).toBeUndefined()
    expect(reduce(fold([{ ...refused, refused: false }]), refused).context.connection.refused).toBe(true)
  })

  it('interrupts the channel when it is lost, not when it is made', () => {
    expect(channel(...attached, { type: 'connection', state: 'connected' }).status).toBe('live')
    for (const state of ['connecting', 'disconnected', 'suspended', 'closed', 'failed'] as const)
      expect(channel(...attached, { type: 'connection', state }).status).toBe('interrupted')
  })
})

describe('reading history', () => {
  const fetch = (...events: readonly ConversationEvent[]): readonly Effect[] => selectEffects(fold(events))

  it('is asked for on an attachment, and no more when it has come or the attachment is gone', () => {
    const reading = attached.slice(0, 3)
    expect(fetch(...reading)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: undefined }])
    for (const event of [loaded, lost, { type: 'channel', state: 'detached' }] as const) {
      expect(fetch(...reading, event)).toEqual([])
      expect(channel(...reading, event).attempt).toBe(0)
    }
  })

  it('goes all the way down the first time, to the oldest message known ever after', () => {
    const messages = [read('update', 'v1', 'a'), read('update', 'w1', 'b', { serial: 's2' })]
    expect(fetch(...attached.slice(0, 3), ...messages, begun)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: undefined }])
    expect(fetch(...attached, begun)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: undefined }])
    expect(fetch(...attached, ...messages, begun)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: 's1' }])
    expect(fetch(...attached, ...messages, begun, lost, begun)).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: 's1' }])
  })

  it('has `hasOlder` from the last page that said so', () => {
    const older = (...events: readonly ConversationEvent[]) => fold([...attached, ...events]).context.hasOlder
    expect(older()).toBe(false)
    expect(older({ ...loaded, hasOlder: true })).toBe(true)
    expect(older({ type: 'history', state: 'older', hasOlder: true })).toBe(true)
    expect(older({ ...loaded, hasOlder: true }, loaded)).toBe(true)
    expect(older({ ...loaded, hasOlder: true }, { type: 'history', state: 'older', hasOlder: false })).toBe(false)
    expect(fold([...attached.slice(0, 3), { type: 'history', state: 'older', hasOlder: true }]).context.channel.status).toBe(
      'hydrating',
    )
    const state = fold([...attached, { ...loaded, hasOlder: true }])
    expect(reduce(state, { type: 'history', state: 'older', hasOlder: true })).toBe(state)
    expect(reduce(state, { ...loaded, hasOlder: true })).toBe(state)
  })

  it('that fails is tried again after a pause that doubles up to thirty times itself', () => {
    const pauses: number[] = []
    let state = fold([tick(1_000), ...attached.slice(0, 3)], emptyConversation({ retryAfter: 100 }))
    for (let i = 0; i < 8; i++) {
      state = reduce(state, failed)
      const { now, channel } = state.context
      pauses.push((channel.retryAt ?? 0) - now)
      const early = reduce(state, tick(channel.retryAt! - 1))
      expect(early.context.channel).toBe(channel)
      state = reduce(early, tick(channel.retryAt!))
      expect(state.context.channel).toMatchObject({ attempt: i + 2, retryAt: undefined, error: undefined })
      expect(selectEffects(state)).toEqual([{ type: 'fetchHistory', attempt: i + 2, downTo: undefined }])
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000])
  })

  it('is retried after a failure, also while recovering, and counts from one on another attachment', () => {
    const recovering = [tick(1_000), ...attached, begun, failed]
    expect(channel(...recovering)).toMatchObject({ status: 'recovering', error: 'no network', retryAt: 2_000 })
    expect(channel(...recovering, tick(2_000)).attempt).toBe(2)
    expect(channel(...recovering, tick(2_000), begun).attempt).toBe(1)
  })

  it('does not fail, nor is it retried, where none is under way', () => {
    for (const state of [fold([]), fold(attached), fold([...attached, lost])]) expect(reduce(state, failed)).toBe(state)
    const left = [tick(1_000), ...attached.slice(0, 3), failed, lost]
    expect(channel(...left)).toMatchObject({ status: 'interrupted', retryAt: undefined })
    expect(channel(...left, tick(5_000)).status).toBe('interrupted')
  })
})

describe('an attachment that does not continue the last', () => {
  const ended = live('create', 'v1', 'a', { serial: 's2', extras: { headers: { ...streaming, status: 'complete' } } })

  const continuity = (...events: readonly ConversationEvent[]) => selectMessage(fold([tick(1_000), ...attached, ...events]), 's1')

  it('makes a gap of what still may grow, however long it has been silent', () => {
    const create = live('create', 'v1', 'a')
    for (const now of [2_000, 12_000, 62_000])
      expect(continuity(create, tick(now), begun)).toMatchObject({ continuity: 'gapped', text: 'a' })
  })

  it('leaves an ended response contiguous, but no append extends it now', () => {
    const state = fold([...attached, ended, begun])
    expect(selectMessage(state, 's2')).toMatchObject({ continuity: 'contiguous', status: 'complete' })
    const late = reduce(state, live('append', 'v3', 'c', { serial: 's2' }))
    expect(selectMessage(late, 's2')).toMatchObject({ text: 'a', continuity: 'gapped' })
  })

  it('leaves a response contiguous that waits: it has all that was said before', () => {
    const waiting = live('create', 'v1', 'a', { extras: { headers: { ...streaming, status: 'waiting' } } })
    expect(continuity(waiting, begun)).toMatchObject({ continuity: 'contiguous', status: 'waiting' })
  })

  it('clears `behind`: the next history read shows what the stream has passed', () => {
    const behind = [...attached, live('append', 'v3', 'c')]
    expect(selectEffects(fold(behind))).toEqual([{ type: 'fetchMessage', serial: 's1', atLeast: 'v3' }])
    expect(selectEffects(fold([...behind, begun]))).toEqual([{ type: 'fetchHistory', attempt: 1, downTo: 's1' }])
  })

  it('touches no message that had no base anyway', () => {
    const state = fold([...attached, read('update', 'v1', 'a'), begun])
    expect(reduce(state, begun).records).toBe(state.records)
    const mixed = fold([live('create', 'w1', 'x', { serial: 's2' })], state)
    expect(selectMessage(reduce(mixed, begun), 's1')).toBe(selectMessage(mixed, 's1'))
    expect(selectMessage(reduce(mixed, begun), 's2')?.continuity).toBe('gapped')
  })
})

describe('the agents present', () => {
  const agents = (...lists: readonly (readonly string[])[]) => fold(lists.map((each) => ({ type: 'presence', agents: each })))

  it('are those last read; the same value while they are the same', () => {
    expect(fold([]).context.agents).toBeUndefined()
    const state = agents(['a', 'b'])
    expect(state.context.agents).toEqual(['a', 'b'])
    expect(reduce(state, { type: 'presence', agents: ['a', 'b'] })).toBe(state)
    for (const other of [[], ['a'], ['a', 'c'], ['c', 'b'], ['a', 'b', 'c']])
      expect(reduce(state, { type: 'presence', agents: other }).context.agents).toEqual(other)
    expect(agents([]).context.agents).toEqual([])
  })
})

it('an event of no known kind changes nothing', () => {
  const state = fold(attached)
  expect(reduce(state, { type: 'from a later version' } as unknown as ConversationEvent)).toBe(state)
})
