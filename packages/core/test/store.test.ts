import { describe, expect, it, vi } from 'vitest'
import { createStore, emptyConversation, exportLog, importLog, replay, selectMessages } from '@streamfold/core'
import { attached, live } from './build.ts'

describe('the store', () => {
  it('tells once per flush, with a snapshot that stays stable in between', () => {
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

  it('tells a message subscriber of that message only, and nobody when nothing changed', () => {
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
  it('goes out and comes back as JSON lines, and replays to the same conversation', () => {
    const store = createStore({ log: true })
    store.dispatch([...attached, live('create', 'v1', 'a'), live('append', 'v2', 'b')])
    const log = importLog(exportLog(store.log!))
    expect(selectMessages(replay(log))).toEqual(selectMessages(store.latest()))
    expect(selectMessages(replay(log, { until: attached.length + 1 }))).toMatchObject([{ text: 'a' }])
    expect(replay([])).toEqual(emptyConversation())
  })

  it('says which line it cannot read', () => {
    expect(() => importLog('')).toThrow('line 1')
    expect(() => importLog('{"format":"other"}')).toThrow('does not name the format')
    expect(() => importLog('{"format":"streamfold-log","version":9}')).toThrow('version 9')
    expect(() => importLog('{"format":"streamfold-log","version":1}\n{}')).toThrow('line 2')
    expect(() => importLog('{"format":"streamfold-log","version":1}\nnope')).toThrow('line 2')
  })
})
