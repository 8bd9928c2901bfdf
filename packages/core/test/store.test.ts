import { describe, expect, it, vi } from 'vitest'
import { createStore, emptyConversation, selectMessages, toJSON } from '@streamfold/core'
import { difference, exportLog, importLog, replay } from '@streamfold/core/log'
import { attached, live } from './build.ts'

describe('the store', () => {
  it('notifies once per flush, with a snapshot that stays stable in between', () => {
    let flush = () => {}
    const store = createStore({ scheduler: (run) => void (flush = run) })
    const listener = vi.fn()
    store.subscribe(listener)
    const before = store.getSnapshot()
    store.dispatch(live('create', 'v1', 'a'))
    store.dispatch([live('append', 'v2', 'b'), live('append', 'v3', 'c')])
    expect([store.getSnapshot() === before, listener.mock.calls.length]).toEqual([true, 0])
    flush()
    expect(listener).toHaveBeenCalledTimes(1)
    expect(selectMessages(store.getSnapshot())).toMatchObject([{ text: 'abc' }])
  })

  it('notifies the other subscribers of a message when one has left, however often it leaves', () => {
    const store = createStore()
    store.dispatch(live('create', 'v1', 'a'))
    const [one, two, three] = [vi.fn(), vi.fn(), vi.fn()]
    const leave = store.subscribeTo('s1', one)
    const leaveToo = store.subscribeTo('s1', two)
    leave()
    store.dispatch(live('append', 'v2', 'b'))
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([0, 1])
    leaveToo()
    store.subscribeTo('s1', three)
    leave()
    leaveToo()
    store.dispatch(live('append', 'v3', 'c'))
    expect([one, two, three].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1])
  })

  it('notifies a message subscriber of that message only, and no subscriber when nothing changed', () => {
    const store = createStore()
    store.dispatch([live('create', 'v1', 'a'), live('create', 's2', 'z', { serial: 's2' })])
    const one = vi.fn()
    const all = vi.fn()
    const stop = store.subscribeTo('s1', one)
    store.subscribe(all)
    store.dispatch(live('append', 's3', 'y', { serial: 's2' }))
    store.dispatch(live('create', 'v1', 'a'))
    expect([one.mock.calls.length, all.mock.calls.length]).toEqual([0, 1])
    store.dispatch(live('append', 'v2', 'b'))
    stop()
    store.dispatch(live('append', 'v3', 'c'))
    expect(one.mock.calls).toMatchObject([[{ text: 'ab' }]])
  })

  it('notifies message subscribers among many messages, of a moved prompt and of an acknowledged one', () => {
    const store = createStore()
    const serials = Array.from({ length: 40 }, (_, i) => `m${String(i).padStart(2, '0')}`)
    store.dispatch(serials.map((serial) => live('create', serial, '', { serial })))
    const told = new Map<string, string | undefined>()
    for (const serial of serials) store.subscribeTo(serial, (message) => void told.set(serial, message?.text))
    for (const serial of serials) store.dispatch(live('append', `${serial}+`, serial, { serial }))
    expect([...told]).toEqual(serials.map((serial) => [serial, serial]))
    const seen: (string | undefined)[] = []
    store.subscribeTo('k', (message) => seen.push(message?.status))
    store.dispatch({ type: 'prompt-sent', key: 'k', text: 'hi', at: 1 })
    store.dispatch({ type: 'prompt-failed', key: 'k', error: 'offline' })
    expect(seen).toEqual(['sending', 'failed'])
  })

  it('passes the newest message to listeners that run after another listener has dispatched', () => {
    const store = createStore()
    store.dispatch(live('create', 'v1', 'a'))
    const texts: (string | undefined)[] = []
    store.subscribeTo('s1', (message) => {
      if (message?.text === 'ab') store.dispatch(live('append', 'v3', 'c'))
    })
    store.subscribeTo('s1', (message) => texts.push(message?.text))
    store.dispatch(live('append', 'v2', 'b'))
    expect(texts.at(-1)).toBe('abc')
    expect(selectMessages(store.getSnapshot())[0]?.text).toBe('abc')
  })

  it('shows a preview, and then the present with all events that arrived meanwhile', () => {
    const store = createStore()
    store.dispatch(live('create', 'v1', 'a'))
    const then = store.getState()
    store.dispatch([live('append', 'v2', 'b'), live('create', 's2', 'z', { serial: 's2' })])
    const texts: string[][] = []
    const later: (string | undefined)[] = []
    store.subscribe(() => texts.push(selectMessages(store.getSnapshot()).map(({ text }) => text)))
    store.subscribeTo('s2', (message) => later.push(message?.text))
    store.setPreview(then)
    store.dispatch(live('append', 's3', 'y', { serial: 's2' }))
    expect([texts, later]).toEqual([[['a']], [undefined]])
    expect(selectMessages(store.getState())).toMatchObject([{ text: 'ab' }, { text: 'zy' }])
    store.setPreview(undefined)
    expect([texts.at(-1), later]).toEqual([
      ['ab', 'zy'],
      [undefined, 'zy'],
    ])
  })

  it('asks its scheduler once until that has flushed, and only where something has changed', () => {
    const flushes: (() => void)[] = []
    const store = createStore({ scheduler: (flush) => void flushes.push(flush) })
    const created = live('create', 'v1', 'a')
    store.dispatch(created)
    store.dispatch(live('append', 'v2', 'b'))
    expect(flushes).toHaveLength(1)
    flushes[0]!()
    store.dispatch(created)
    expect(flushes).toHaveLength(1)
    store.setPreview(store.getState())
    flushes[1]!()
    store.dispatch(live('append', 'v3', 'c'))
    expect(flushes).toHaveLength(2)
  })

  it('tells nobody of a preview of what is shown, nor who has unsubscribed; one function may subscribe twice', () => {
    const store = createStore()
    const listener = vi.fn()
    const stops = [store.subscribe(listener), store.subscribe(listener)]
    store.setPreview(undefined)
    store.setPreview(store.getState())
    expect(listener).toHaveBeenCalledTimes(0)
    store.setPreview(undefined)
    store.dispatch(live('create', 'v1', 'a'))
    expect(listener).toHaveBeenCalledTimes(2)
    stops[0]!()
    store.dispatch(live('append', 'v2', 'b'))
    expect(listener).toHaveBeenCalledTimes(3)
    stops[1]!()
    store.dispatch(live('append', 'v3', 'c'))
    expect(listener).toHaveBeenCalledTimes(3)
  })

  it('throws what the first subscriber throws, after all were notified, if no option takes it', () => {
    const store = createStore()
    const other = vi.fn()
    for (const name of ['first', 'second'])
      store.subscribe(() => {
        throw new Error(name)
      })
    store.subscribe(other)
    expect(() => store.dispatch(live('create', 'v1', 'a'))).toThrow('first')
    expect(other).toHaveBeenCalledTimes(1)
    expect(selectMessages(store.getSnapshot())).toHaveLength(1)
  })

  it('goes on when a subscriber throws', () => {
    const onError = vi.fn()
    const store = createStore({ onError })
    const other = vi.fn()
    store.subscribe(() => {
      throw new Error('mine')
    })
    store.subscribe(other)
    store.dispatch(live('create', 'v1', 'a'))
    store.dispatch(live('append', 'v2', 'b'))
    expect([other.mock.calls.length, onError.mock.calls.length]).toEqual([2, 2])
  })
})

describe('the log', () => {
  function recorded() {
    const store = createStore({ log: true })
    store.dispatch([...attached, live('create', 'v1', 'a'), live('append', 'v2', 'b')])
    return store
  }

  it('goes out and comes back as JSON lines, and replays to the same conversation', () => {
    const store = recorded()
    const log = importLog(exportLog(store.log!))
    expect(selectMessages(replay(log))).toEqual(selectMessages(store.getState()))
    expect(selectMessages(replay(log, { until: attached.length + 1 }))).toMatchObject([{ text: 'a' }])
    expect(replay([])).toEqual(emptyConversation())
  })

  it('keeps how an event arrived, and the message if the option says so', () => {
    const arrivals = [{ at: 5, raw: { serial: 's1', data: 'a' } }, undefined]
    const events = [live('create', 'v1', 'a'), live('append', 'v2', 'b')]
    const times = createStore({ log: true })
    times.dispatch(events, arrivals)
    expect(times.log?.arrivals).toEqual([{ at: 5 }, undefined])
    const both = createStore({ log: true })
    both.dispatch(events, [{ at: 5 }, { at: 6 }])
    expect(both.log?.arrivals).toEqual([{ at: 5 }, { at: 6 }])
    const whole = createStore({ log: { raw: true } })
    whole.dispatch(events, arrivals)
    expect(importLog(exportLog(whole.log!))).toMatchObject({ arrivals, events: [{ text: 'a' }, { text: 'b' }] })
    expect(importLog(exportLog(whole.log!)).events.every((event) => !('arrived' in event))).toBe(true)
  })

  it('reads a log of version 1, and ignores an invalid arrival', () => {
    const [header, ...lines] = exportLog(recorded().log!).split('\n')
    const { records: messages, ...start } = toJSON(emptyConversation())
    const first = JSON.stringify({ format: 'streamfold-log', version: 1, start: { ...start, messages, version: 1 } })
    const bare = lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), fields: undefined }))
    const old = [first, ...bare].join('\n')
    expect(selectMessages(replay(importLog(old)))).toMatchObject([{ text: 'ab' }])
    expect(importLog(old).arrivals).toBeUndefined()
    expect(importLog([header, lines[0]!.replace('{', '{"arrived":7,')].join('\n')).arrivals).toBeUndefined()
  })

  it('is bounded when asked: the oldest events become the state it starts from', () => {
    const bounded = createStore({ log: { limit: 10 } })
    bounded.dispatch(live('create', 'v00', ''))
    for (let i = 1; i < 100; i++) bounded.dispatch(live('append', `v${String(i).padStart(2, '0')}`, `${i} `))
    expect(bounded.log?.events.length).toBeLessThanOrEqual(10)
    expect(bounded.log?.arrivals?.length).toBe(bounded.log?.events.length)
    expect((bounded.log?.folded ?? 0) + bounded.log!.events.length).toBe(100)
    expect(importLog(exportLog(bounded.log!)).folded).toBe(bounded.log?.folded)
    expect(selectMessages(replay(bounded.log!))).toEqual(selectMessages(bounded.getState()))
    expect(selectMessages(replay(importLog(exportLog(bounded.log!))))).toEqual(selectMessages(bounded.getState()))
  })

  it('keeps one event and counts the others where it may keep none', () => {
    const store = createStore({ log: { limit: 0 } })
    for (let now = 1; now <= 3; now++) store.dispatch({ type: 'tick', now })
    expect(store.log).toMatchObject({ events: [{ now: 3 }], folded: 2 })
    expect(replay(store.log!)).toEqual(store.getState())
  })

  it('keeps times that never come', () => {
    const never = { stalledAfter: Infinity, abandonedAfter: Infinity }
    const start = emptyConversation(never)
    expect(importLog(exportLog({ start, events: [] })).start.context.options).toEqual(start.context.options)
  })

  it('says which line it cannot read', () => {
    const [header] = exportLog({ start: emptyConversation(), events: [] }).split('\n')
    expect(() => importLog('')).toThrow('it is empty: export it again')
    expect(() => importLog('nope')).toThrow('line 1 is not JSON')
    expect(() => importLog('{"format":"other"}')).toThrow('does not name the format')
    expect(() => importLog('{"format":"streamfold-log","version":9}')).toThrow('version 9, this is version 3: update Streamfold')
    expect(() => importLog(`${header}\n{}`)).toThrow('line 2')
    expect(() => importLog(`${header}\nnope`)).toThrow('line 2 is not JSON')
    expect(() => importLog(`${header}\n7`)).toThrow('line 2 is not an object')
  })
})

it('the difference of two conversations: added, removed, changed by field', () => {
  const one = createStore()
  one.dispatch([live('create', 'v1', 'a'), live('create', 's2', 'gone', { serial: 's2' })])
  const before = one.getState()
  one.dispatch(live('append', 'v2', 'b'))
  const other = createStore()
  other.dispatch([live('create', 'v1', 'a'), live('append', 'v2', 'b'), live('create', 's3', 'new', { serial: 's3' })])
  expect(difference(before, before)).toEqual([])
  expect(
    difference(
      one.getState(),
      replay([live('create', 'v1', 'a'), live('append', 'v2', 'b'), live('create', 's2', 'gone', { serial: 's2' })]),
    ),
  ).toEqual([])
  expect(difference(before, other.getState())).toMatchObject([
    { type: 'changed', fields: ['text', 'version'] },
    { type: 'added', message: { text: 'new' } },
    { type: 'removed', message: { text: 'gone' } },
  ])
})
