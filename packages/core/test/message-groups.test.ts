import { describe, expect, it } from 'vitest'
import type { Conversation, ConversationEvent } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import {
  createStore,
  emptyConversation,
  fromJSON,
  normalise,
  selectMessage,
  selectMessages,
  selectStatus,
  toJSON,
} from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { exportLog, importLog, replay } from '@streamfold/core/log'
import { selectEffects } from '@streamfold/core/transport'
import { attached } from './build.ts'
import { answer, asked, begun, ended, heard, run, say, snapshot, theirs } from './theirs.ts'

const only = (state: Conversation) => selectMessages(state).at(-1)
const at = (now: number): ConversationEvent => ({ type: 'tick', now })
/** Of a kind that is not read. */
const unread = (version: string) => answer('append', version, 'hm', { serial: 'r', kind: 'thought' })

describe('a message group is idle when all its records are', () => {
  const start = heard([at(1_000), ...attached, asked(), begun()])

  it('an append to one text counts for the group', () => {
    let state = heard([answer('create', 's2', '')], start)
    for (let now = 2_000; now < 90_000; now += 1_000) state = heard([answer('append', `v${10_000 + now}`, '.'), at(now)], state)
    expect(only(state)?.status).toBe('streaming')
    expect(state.context.open).toEqual(['s1'])
  })

  it('it stalls and is abandoned as one message, and the next append revives it', () => {
    const state = heard([answer('create', 's2', 'Hi'), at(12_000)], start)
    expect(only(state)).toMatchObject({ status: 'stalled', text: 'Hi' })
    expect(selectStatus(state)).toBe('streaming')
    const gone = heard([at(62_000)], state)
    expect(only(gone)?.status).toBe('abandoned')
    expect([selectStatus(gone), gone.context.open]).toEqual(['error', []])
    for (const silent of [state, gone]) {
      const back = heard([answer('append', 'v5', '!')], silent)
      expect(only(back)).toMatchObject({ status: 'streaming', text: 'Hi!' })
      expect([selectStatus(back), back.context.open]).toEqual(['streaming', ['s1']])
    }
  })

  it('an agent that writes what is not read, or starts again, is active', () => {
    const waits = heard([at(9_000), unread('v1'), at(18_000)], start)
    expect(only(waits)?.status).toBe('streaming')
    const gone = heard([at(100_000)], waits)
    expect(only(gone)?.status).toBe('abandoned')
    for (const sign of [unread('v2'), theirs('ai-step-start', 's5', { ...run, 'step-id': 'step' }), answer('create', 's5', '')]) {
      const back = heard([sign, at(101_000)], gone)
      expect([only(back)?.status, selectStatus(back)]).toEqual(['streaming', 'streaming'])
    }
  })

  it('activity in an unknown or ended run changes nothing', () => {
    const done = heard([answer('create', 's2', 'Hi'), ended('complete'), at(50_000)], start)
    expect(heard([unread('v1')], done)).toBe(done)
    const waits = heard([theirs('ai-run-suspend', 's3', run), at(5_000)], start)
    expect(heard([unread('v1')], waits)).toBe(waits)
    const empty = emptyConversation()
    expect(heard([unread('v1')], empty)).toBe(empty)
    const twice = heard([at(5_000), unread('v1')], start)
    expect(heard([unread('v2')], twice)).toBe(twice)
  })

  it('without agents present it is abandoned soon; a later end ends it', () => {
    const left = heard([answer('create', 's2', 'Hi'), { type: 'presence', agents: [] }, at(7_000)], start)
    expect(only(left)?.status).toBe('abandoned')
    expect(only(heard([ended('cancelled')], left))?.status).toBe('cancelled')
  })

  it('without marks it has the status of its last text', () => {
    const text = heard([at(1_000), ...attached, answer('create', 's2', 'Hi')])
    expect(only(text)?.status).toBe('streaming')
    expect(only(heard([at(12_000)], text))?.status).toBe('stalled')
    expect(only(heard([answer('append', 'v1', '', { status: 'complete' })], text))?.status).toBe('complete')
  })
})

describe('a message group is gapped if one of its texts is', () => {
  const lost: ConversationEvent = { type: 'channel', state: 'attached', resumed: false }
  const state = heard([at(1_000), ...attached, asked(), begun(), answer('create', 's2', 'Hi')])

  it('marks have no text to lose', () => {
    expect(only(heard([lost], state))).toMatchObject({ continuity: 'gapped', text: 'Hi' })
    const bare = heard([at(1_000), ...attached, begun(), lost])
    expect(only(bare)?.continuity).toBe('contiguous')
    expect(only(heard([snapshot(begun())]))?.continuity).toBe('contiguous')
  })

  it('an ended group that was read from history is contiguous, in any order', () => {
    const failed = [ended('error'), answer('update', 'v3', 'Hi there')].map(snapshot)
    for (const events of [failed, failed.toReversed()]) {
      const back = heard([lost, ...events, { type: 'history', state: 'loaded' }], state)
      expect(only(back)).toMatchObject({ continuity: 'contiguous', text: 'Hi there', status: 'failed' })
      expect(selectEffects(back)).toEqual([])
    }
  })

  it('so is one that waits for a person: it has all that was said before', () => {
    const waits = [theirs('ai-run-suspend', 's3', run), answer('update', 'v3', 'Shall I?')].map(snapshot)
    for (const events of [waits, waits.toReversed()])
      expect(only(heard([lost, ...events], state))).toMatchObject({
        continuity: 'contiguous',
        text: 'Shall I?',
        status: 'waiting',
      })
  })

  it('except where the stream has passed the snapshot', () => {
    const behind = heard([lost, answer('append', 'v7', '!'), ended('error')], state)
    expect(only(behind)).toMatchObject({ continuity: 'gapped', text: 'Hi' })
    expect(selectEffects(behind)).toContainEqual({ type: 'fetchMessage', serial: 's2', atLeast: 'v7' })
    expect(only(heard([snapshot(answer('update', 'v7', 'Hi!'))], behind))).toMatchObject({
      continuity: 'contiguous',
      text: 'Hi!',
    })
  })

  it('while it is open, idle or not', () => {
    const back = heard([lost, { type: 'history', state: 'loaded' }, at(13_000)], state)
    expect(only(back)).toMatchObject({ status: 'stalled', continuity: 'gapped' })
    expect(only(heard([at(63_000)], back))).toMatchObject({ status: 'abandoned', continuity: 'gapped' })
  })

  it('and where no full version of its text was seen', () => {
    const orphan = heard([at(1_000), ...attached, begun(), answer('append', 'v2', ' there', { status: 'cancelled' })])
    expect(only(heard([lost, snapshot(ended('error'))], orphan))).toMatchObject({
      status: 'failed',
      continuity: 'gapped',
      text: '',
    })
  })

  it('an append that arrives first joins it as soon as the rest is read', () => {
    const orphan = heard([at(1_000), ...attached, begun(), answer('append', 'v2', ' there')])
    expect(selectMessages(orphan)).toMatchObject([{ text: '' }, { text: '', continuity: 'gapped' }])
    const read = heard([snapshot(answer('update', 'v2', 'Hi there'))], orphan)
    expect(selectMessages(read)).toMatchObject([{ id: 's1', text: 'Hi there', continuity: 'contiguous' }])
    expect(only(heard([answer('append', 'v3', '!')], read))?.text).toBe('Hi there!')
  })
})

describe('a conversation with message groups', () => {
  const events = [asked(), begun(), answer('create', 's2', 'Hi'), answer('create', 's3', 'there', { serial: 's3' })].map((raw) =>
    say(raw),
  )

  it('is the same in any order of reading, and through JSON', () => {
    const orders = [events, events.toReversed(), [events[2]!, events[0]!, events[3]!, events[1]!]]
    for (const order of orders) {
      const state = heard(order)
      expect(selectMessages(state)).toEqual(selectMessages(heard(events)))
      expect(state.context.open).toEqual(['s1'])
      const thawed = fromJSON(JSON.parse(JSON.stringify(toJSON(state))))
      expect(selectMessages(thawed)).toEqual(selectMessages(state))
      expect(thawed.context).toEqual(state.context)
    }
  })

  it('is replayed from its log, also from a file', () => {
    const store = createStore({ log: true })
    store.dispatch(events)
    const file = importLog(exportLog(store.log!))
    for (const log of [store.log!, file]) expect(selectMessages(replay(log))).toEqual(selectMessages(store.getState()))
  })

  it('continues from saved state', () => {
    const store = createStore({ initial: fromJSON(toJSON(emptyConversation())) })
    store.dispatch(events)
    expect(selectMessages(store.getState())).toHaveLength(2)
  })

  it('changes one reference when a text grows, and notifies subscribers of any of its records', () => {
    const store = createStore()
    store.dispatch(events)
    const before = selectMessages(store.getState())
    const told: (string | undefined)[] = []
    for (const serial of ['s1', 's3']) store.subscribeTo(serial, (message) => told.push(message?.text))
    store.dispatch(say(answer('append', 'v1', '!', { serial: 's3' })))
    const after = selectMessages(store.getState())
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(told).toEqual(['Hi\n\nthere!', 'Hi\n\nthere!'])
    expect(selectMessage(store.getState(), 's2')).toBe(after[1])
    expect(selectMessages(store.getState())).toBe(after)
  })

  it('takes the author from the first record, the text from the texts and the time from the newest', () => {
    const times = (timestamp: number, version: string) => ({ timestamp, version: { serial: version, timestamp } })
    const state = heard([
      at(1_000),
      asked(),
      { ...begun(), ...times(10, 's1') },
      { ...answer('create', 's2', 'Hi'), ...times(20, 's2') },
      at(2_000),
      { ...answer('update', 'v3', 'Hi!'), ...times(20, 'v3'), version: { serial: 'v3', timestamp: 50 } },
      at(3_000),
      { ...theirs('ai-step-start', 's4', { ...run, 'step-id': 'step' }), ...times(40, 's4') },
    ])
    const all = { createdAt: 10, updatedAt: 50, version: 'v3', source: 'live', clientId: 'bot' }
    expect(only(state)).toMatchObject(all)
    expect(only(heard([snapshot(begun()), snapshot(answer('create', 's2', 'Hi'))]))?.source).toBe('history')
    const two = [begun(), answer('create', 's2', 'Hi'), answer('create', 's3', 'there', { serial: 's3' })]
    expect(only(heard(two))).toMatchObject({ version: 's3' })
  })

  it('works where the first record is a text', () => {
    const more = answer('create', 's3', ' there', { serial: 's3', transport: { continues: 's2' } })
    expect(selectMessages(heard([answer('create', 's2', 'Hi'), more])).map(({ text }) => text)).toEqual(['Hi there'])
  })

  it('keeps many groups apart', () => {
    const more = Array.from({ length: 50 }, (_, n) => {
      const transport = { 'run-id': `run-${n}`, 'input-codec-message-id': 'asked' }
      const serial = (letter: string) => `t${String(n).padStart(2, '0')}${letter}`
      return [
        theirs('ai-run-start', serial('a'), transport),
        answer('create', serial('b'), `${n}`, { serial: serial('b'), transport }),
        answer('append', `v${serial('c')}`, '!', { serial: serial('b'), transport, status: 'complete' }),
        theirs('ai-run-end', serial('d'), transport),
      ]
    }).flat()
    const state = heard([asked(), ...more])
    expect(
      selectMessages(state)
        .slice(1)
        .map(({ text }) => text),
    ).toEqual(Array.from({ length: 50 }, (_, n) => `${n}!`))
    expect(
      selectMessages(state)
        .slice(1)
        .every(({ status, replyTo }) => status === 'complete' && replyTo === 's0'),
    ).toBe(true)
    expect(state.context.open).toEqual([])
  })

  it('moves a record that leaves its group or joins another', () => {
    const state = heard(events)
    const moved = heard([answer('update', 'v5', 'apart', { serial: 's3', transport: { 'run-id': 'other' } })], state)
    expect(selectMessages(moved).map(({ text }) => text)).toEqual(['Hello?', 'Hi', 'apart'])
    expect(moved.context.open.toSorted()).toEqual(['s1', 's3'])
    const headless = heard([theirs('ai-run-start', 's1', { 'run-id': 'other' }, { version: { serial: 'v6' } })], moved)
    expect(selectMessages(headless).map(({ id, text }) => [id, text])).toEqual([
      ['s0', 'Hello?'],
      ['s1', 'apart'],
      ['s2', 'Hi'],
    ])
    expect(headless.context.open.toSorted()).toEqual(['s1', 's2'])
    const third = answer('update', 'v8', 'apart', { serial: 's3', transport: { 'run-id': 'third' } })
    const emptied = heard([third], moved)
    expect(emptied.context.open.toSorted()).toEqual(['s1', 's3'])
    expect(selectMessages(emptied)).toHaveLength(3)
    const alone = heard(
      [{ ...answer('update', 'v7', 'alone'), extras: { ai: { transport: { stream: 'true' }, codec: { kind: 'text' } } } }],
      state,
    )
    expect(selectMessages(alone).map(({ text }) => text)).toEqual(['Hello?', 'there', 'alone'])
  })
})

describe('a product’s own codec', () => {
  // Each answer is a plain message with a `kind`, its end another one.
  const codec: Codec = defineCodec({
    decode({ data, name }) {
      const { kind, of = '', text } = data as { kind: string; of?: string; text?: string } // Written by the product alone.
      if (kind === 'work') return { reason: 'at work', ...(of && { activityOf: of }) }
      if (kind === 'ask')
        return { name: 'prompt', data: text, headers: { role: 'user' }, ...(of && { placement: { group: of } }) }
      if (kind === 'end')
        return { data: '', headers: { role: 'assistant', status: 'complete' }, placement: { group: of, mark: true } }
      if (kind === 'alone') return { data: text, headers: { role: 'assistant', status: 'streaming' } }
      if (kind === 'say')
        return {
          data: text,
          headers: { role: 'assistant', status: 'streaming', 'reply-to': 'p' },
          placement: { group: of },
        }
      return { reason: `${String(name)} is not of this product` }
    },
  })
  const message = (serial: string, data: unknown, clientId = 'agent') => ({
    serial,
    action: 'message.create',
    name: 'x',
    data,
    clientId,
  })
  const read = (raw: unknown) => normalise(raw, { codec })

  it('decodes the product’s format', () => {
    const store = createStore()
    store.dispatch(read(message('p', { kind: 'ask', text: 'Hello?' }, 'ann')))
    store.dispatch(read(message('q', { kind: 'say', of: 'a', text: 'Hi' })))
    expect(selectMessages(store.getState())).toMatchObject([
      { role: 'user', text: 'Hello?' },
      { text: 'Hi', status: 'streaming', replyTo: 'p' },
    ])
    store.dispatch(read(message('r', { kind: 'end', of: 'a' })))
    expect(selectMessages(store.getState())).toMatchObject([{}, { text: 'Hi', status: 'complete' }])
    // Beside it a message without a group, to which the idle rules apply separately.
    store.dispatch([at(1_000), ...attached, read(message('s', { kind: 'alone', text: 'Me' })), at(12_000)])
    expect(selectMessages(store.getState())).toMatchObject([{}, { status: 'complete' }, { text: 'Me', status: 'stalled' }])
    const stalled = store.getState()
    store.dispatch(read(message('t', { kind: 'work' })))
    expect(store.getState()).toBe(stalled)
    store.dispatch([read(message('t', { kind: 'work', of: 'a' })), at(70_000)])
    expect(selectMessages(store.getState())[2]?.status).toBe('abandoned')
    const alone = (serial: string) => read(message(serial, { kind: 'alone', text: serial }))
    const lone = createStore()
    lone.dispatch([at(1_000), ...attached, alone('k'), at(6_000), alone('l'), at(12_000)])
    expect(lone.getState().context.open).toEqual(['k', 'l'])
    expect(selectMessages(lone.getState()).map(({ status }) => status)).toEqual(['stalled', 'streaming'])
    const two = createStore()
    const asking = (serial: string) => ({
      ...message(serial, { kind: 'ask', of: 'both', text: serial }, 'ann'),
      id: `key-${serial}`,
    })
    two.dispatch(['u', 'v'].map((serial) => read(asking(serial))))
    expect(selectMessages(two.getState())).toMatchObject([{ id: 'u', key: 'key-u', text: 'u\n\nv', role: 'user' }])
    expect(read(message('s', { kind: 'other' }))).toEqual({ type: 'ignored', reason: 'x is not of this product' })
    expect(read({ action: 'message.create', data: { kind: 'end' } })).toEqual({ type: 'ignored', reason: 'no serial' })
  })
})
