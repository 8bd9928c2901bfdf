import { describe, expect, it } from 'vitest'
import { createStore, normalise, selectMessage, selectMessages } from '@streamfold/core'
import { fold, live, raw, streaming } from './build.ts'

const part = (serial: string, continues: string, data: string, more: Record<string, unknown> = {}) =>
  live('create', serial, data, { serial, extras: { headers: { ...streaming, continues } }, ...more })
const head = () => live('create', 's1', 'one ')

describe('a response longer than a message', () => {
  it('is one message, whether its records name the first or the previous one', () => {
    for (const before of ['s1', 's2']) {
      const state = fold([head(), part('s2', 's1', 'two '), part('s3', before, 'three')])
      expect(selectMessages(state)).toMatchObject([{ id: 's1', text: 'one two three', status: 'streaming' }])
      expect(selectMessage(state, 's1')).toBe(selectMessages(state)[0])
    }
  })

  it('has the status of its last record, and is deleted with its first', () => {
    const end = live('append', 'v3', '!', {
      serial: 's2',
      extras: { headers: { ...streaming, continues: 's1', status: 'complete' } },
    })
    const state = fold([head(), part('s2', 's1', 'two'), end])
    expect(selectMessages(state)).toMatchObject([{ text: 'one two!', status: 'complete' }])
    expect(selectMessages(fold([live('delete', 'v9', 'one ')], state))).toMatchObject([{ text: '', status: 'deleted' }])
  })

  it('has the headers that were added while a later record was written', () => {
    const first = live('create', 's1', 'one ', { extras: { headers: { ...streaming, topic: 'ships', status: 'complete' } } })
    const added = { ...streaming, topic: 'ships', tokens: '7', continues: 's1' }
    const state = fold([first, part('s2', 's1', 'two'), live('append', 'v3', '!', { serial: 's2', extras: { headers: added } })])
    expect(selectMessages(state)[0]?.headers).toEqual({ ...streaming, topic: 'ships', tokens: '7', status: 'complete' })
  })

  it('changes one reference when its last record grows, and none when another message does', () => {
    const other = live('create', 's0', 'x', { serial: 's0' })
    const before = fold([head(), part('s2', 's1', 'two'), other])
    const after = fold([live('append', 'v3', '!', { serial: 's2', extras: {} })], before)
    expect(selectMessages(after)[0]).toBe(selectMessages(before)[0])
    expect(selectMessages(after)[1]).not.toBe(selectMessages(before)[1])
    expect(selectMessages(fold([live('append', 'v3', '!', { serial: 's0' })], after))[1]).toBe(selectMessages(after)[1])
  })

  it('is shown as separate messages while its first record is unknown, and never takes text of another author', () => {
    expect(selectMessages(fold([part('s2', 's1', 'two')]))).toMatchObject([{ id: 's2', text: 'two' }])
    const foreign = part('s2', 's1', 'forged', { clientId: 'mallory' })
    expect(selectMessages(fold([head(), foreign]))).toMatchObject([{ text: 'one ' }, { text: 'forged', role: 'user' }])
    expect(selectMessages(fold([head(), part('s2', 's2', 'self')]))).toHaveLength(2)
  })

  it('notifies a subscriber of its first record when a later record grows', () => {
    const store = createStore()
    const texts: (string | undefined)[] = []
    store.dispatch(head())
    store.subscribeTo('s1', (message) => texts.push(message?.text))
    store.dispatch(part('s2', 's1', 'two'))
    expect(texts).toEqual(['one two'])
  })

  it('joins any number of records in the order of their serials, whatever the order of arrival', () => {
    const parts = [part('s2', 's1', '2'), part('s3', 's2', '3'), part('s4', 's3', '4')]
    for (const events of [
      [head(), ...parts],
      [...parts.toReversed(), head()],
      [parts[1]!, head(), parts[2]!, parts[0]!],
    ]) {
      const state = fold(events)
      expect(selectMessages(state)).toMatchObject([{ id: 's1', key: 's1', text: 'one 234' }])
      expect(selectMessage(state, 's1')).toBe(selectMessages(state)[0])
    }
  })

  it('joins each response with its own records only', () => {
    const other = live('create', 't1', 'uno ', { serial: 't1' })
    const state = fold([
      head(),
      part('s2', 's1', 'two'),
      other,
      part('t2', 't1', 'due'),
      live('create', 'u1', 'x', { serial: 'u1' }),
    ])
    expect(selectMessages(state).map(({ text }) => text)).toEqual(['one two', 'uno due', 'x'])
    expect(selectMessage(state, 'u1')?.text).toBe('x')
    expect(selectMessage(state, 'nothing')).toBeUndefined()
  })

  it('takes the status from its last record, and author and identity from its first', () => {
    const headers = { ...streaming, continues: 's1', status: 'failed', error: 'broken' }
    const more = { serial: 's2', extras: { headers }, timestamp: 9, version: { serial: 'v7', timestamp: 10 } }
    const state = fold([{ type: 'tick', now: 1_000 }, head(), { type: 'tick', now: 2_000 }, live('create', 'v7', 'two', more)])
    const first = fold([{ type: 'tick', now: 1_000 }, head()])
    expect(selectMessages(state)).toEqual([
      {
        ...selectMessage(first, 's1'),
        text: 'one two',
        parts: [{ type: 'text', text: 'one two', state: 'done' }],
        status: 'failed',
        error: 'broken',
        updatedAt: 10,
        version: 'v7',
        deliveredVersion: 'v7',
        lastActivityAt: 2_000,
      },
    ])
  })

  it('is gapped when any of its records is', () => {
    const orphan = (serial: string) =>
      live('append', 'v9', 'x', { serial, extras: { headers: { ...streaming, continues: 's1' } } })
    const continuity = (...events: Parameters<typeof fold>[0]) => selectMessages(fold(events))[0]?.continuity
    expect(continuity(head(), part('s2', 's1', 'two'))).toBe('contiguous')
    expect(continuity(head(), orphan('s2'), part('s3', 's1', 'three'))).toBe('gapped')
    expect(continuity(head(), part('s2', 's1', 'two'), orphan('s3'))).toBe('gapped')
  })

  it('shows growth of its first record too', () => {
    const state = fold([head(), part('s2', 's1', 'two')])
    const grown = fold([live('append', 'v2', '(more) ')], state)
    expect(selectMessages(grown)).toMatchObject([{ text: 'one (more) two' }])
    expect(selectMessages(state)).toMatchObject([{ text: 'one two' }])
  })

  it('shows a record separately if it continues an unknown, later or user’s message', () => {
    const alone = (...events: Parameters<typeof fold>[0]) => selectMessages(fold(events)).map(({ text }) => text)
    expect(alone(head(), part('s2', 's0', 'two'))).toEqual(['one ', 'two'])
    expect(alone(head(), part('s2', 's3', 'two'), part('s3', 's2', 'three'))).toEqual(['one ', 'twothree'])
    const prompt = live('create', 's1', 'hi', { clientId: 'me' })
    expect(alone(prompt, part('s2', 's1', 'two'))).toEqual(['hi', 'two'])
    expect(alone(prompt, part('s2', 's1', 'two', { clientId: 'me' }))).toEqual(['hi', 'two'])
  })

  it('is never joined with a record of another agent', () => {
    const other = normalise(
      raw('create', 's2', 'two', { serial: 's2', clientId: 'agent:2', extras: { headers: { ...streaming, continues: 's1' } } }),
      { agent: ['agent', 'agent:2'] },
    )
    expect(selectMessages(fold([head(), other])).map(({ text }) => text)).toEqual(['one ', 'two'])
  })

  it('is separate messages again when a record loses its header `continues`', () => {
    const state = fold([head(), part('s2', 's1', 'two'), live('update', 'v9', 'apart', { serial: 's2' })])
    expect(selectMessages(state).map(({ text }) => text)).toEqual(['one ', 'apart'])
  })

  it('gains and loses a record through the headers of an append', () => {
    const other = live('create', 's2', 'two', { serial: 's2' })
    const claims = { serial: 's2', extras: { headers: { ...streaming, continues: 's1' } } }
    const joined = fold([head(), other, live('append', 's3', '!', claims)])
    expect(selectMessages(joined).map(({ text }) => text)).toEqual(['one two!'])
    expect(joined.context.open).toEqual(['s1'])
    const parted = fold([live('append', 's4', '?', { serial: 's2' })], joined)
    expect(selectMessages(parted).map(({ text }) => text)).toEqual(['one ', 'two!?'])
    expect(parted.context.open.toSorted()).toEqual(['s1', 's2'])
  })

  it('is the same value while nothing of it changes', () => {
    const state = fold([head(), part('s2', 's1', 'two')])
    expect(selectMessages(state)).toBe(selectMessages(state))
    const other = fold([live('create', 't1', 'x', { serial: 't1' })], state)
    expect(selectMessages(other)[0]).toBe(selectMessages(state)[0])
    expect(selectMessage(other, 's1')).toBe(selectMessage(state, 's1'))
  })

  it('is composed once, however many components read one message', () => {
    let looks = 0
    const watched = (serial: string, continues: string) => {
      const event = live('create', serial, serial, { serial, extras: { headers: { ...streaming, continues } } })
      if (!('fields' in event) || !event.fields?.placement) throw new Error('a continuation has a placement')
      const read = { enumerable: true, get: () => (looks++, continues) }
      return {
        ...event,
        fields: { ...event.fields, placement: Object.defineProperty(event.fields.placement, 'continues', read) },
      }
    }
    const chain = Array.from({ length: 50 }, (_, i) => watched(`s1${100 + i}`, i === 0 ? 's1' : `s1${99 + i}`))
    const others = Array.from({ length: 50 }, (_, i) => live('create', `t${i}`, 'x', { serial: `t${i}` }))
    const state = fold([head(), ...chain, ...others])
    looks = 0
    expect(selectMessage(state, 's1')?.text).toBe(['one ', ...chain.map((event) => 'serial' in event && event.serial)].join(''))
    const once = looks
    expect(once).toBeLessThanOrEqual(chain.length)
    for (let i = 0; i < 50; i++) selectMessage(state, `t${i}`)
    expect(looks).toBe(once)
  })
})

describe('a response of several messages', () => {
  const record = (serial: string, status: string, more: Record<string, string> = {}) =>
    live('create', serial, serial, { serial, extras: { headers: { role: 'assistant', status, ...more } } })
  const only = (...events: Parameters<typeof fold>[0]) => selectMessages(fold(events)).at(-1)

  it('stands as its last one, and its texts are joined', () => {
    const all = [
      record('s2', 'complete'),
      record('s3', 'complete', { continues: 's2' }),
      record('s4', 'streaming', { continues: 's3' }),
    ]
    expect(only(...all)).toMatchObject({ id: 's2', text: 's2s3s4', status: 'streaming' })
    expect(only(...all, record('s5', 'failed', { continues: 's4', error: 'gone' }))).toMatchObject({
      status: 'failed',
      error: 'gone',
    })
  })

  it('names what any of them names', () => {
    const all = [record('s2', 'complete'), record('s3', 'complete', { continues: 's2', 'reply-to': 's1', parent: 's0' })]
    expect(only(...all)).toMatchObject({ id: 's2', replyTo: 's1', parent: 's0' })
  })

  it('has the product’s headers that came later, and not the later run of its agent', () => {
    const all = [
      record('s2', 'complete', { run: 'r1', 'x-a': '1' }),
      record('s3', 'complete', { continues: 's2', run: 'r2', 'x-b': '2' }),
    ]
    expect(only(...all)?.headers).toEqual({ role: 'assistant', status: 'complete', run: 'r1', 'x-a': '1', 'x-b': '2' })
  })
})
