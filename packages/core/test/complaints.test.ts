import { describe, expect, it, vi } from 'vitest'
import type { ConversationEvent } from '@streamfold/core'
import { createStore, emptyConversation, reduce, selectMessage, selectMessages } from '@streamfold/core'
import { attached, fold, live, read, streaming } from './build.ts'

const message = (...events: readonly ConversationEvent[]) =>
  selectMessage(fold([{ type: 'tick', now: 1_000 }, ...attached, ...events]), 's1')
const begun = { type: 'channel', state: 'attached', resumed: false } as const
const complete = { extras: { headers: { ...streaming, status: 'complete' } } }

describe('defects of peers that the core excludes', () => {
  it('1. a repair in mid-stream mends the view at once, and the stream goes on behind it', () => {
    const lost = [live('create', 'v1', 'a'), live('append', 'v3', 'c')]
    const repaired = [...lost, live('update', 'v4', 'abc')]
    expect(message(...repaired)?.text).toBe('abc')
    expect(message(...repaired, live('append', 'v5', 'd'))?.text).toBe('abcd')
  })

  it('2. an update that is no prefix and a delete are obeyed: a redacted secret leaves the screen and does not grow', () => {
    const secret = [live('create', 'v1', 'the key is hunter2')]
    expect(message(...secret, live('update', 'v2', 'the key is [gone]'))?.text).toBe('the key is [gone]')
    const gone = message(...secret, live('delete', 'v2', 'the key is hunter2'), live('append', 'v3', '!'))
    expect(gone?.text).toBe('')
  })

  it('3. the fold mutates nothing: what a component remembers stays as it was', () => {
    const before = fold([live('create', 'v1', 'a')])
    const frozen = JSON.stringify(before)
    const after = reduce(before, live('append', 'v2', 'b'))
    expect(JSON.stringify(before)).toBe(frozen)
    expect(selectMessages(after)[0]).not.toBe(selectMessages(before)[0])
  })

  it('4. a crashed agent leaves no response streaming for ever', () => {
    const crashed = [live('create', 'v1', 'a'), { type: 'presence', agents: [] }, { type: 'tick', now: 7_000 }] as const
    expect(message(...crashed)?.status).toBe('abandoned')
    expect(message(live('create', 'v1', 'a'), { type: 'tick', now: 62_000 })?.status).toBe('abandoned')
  })
})

describe('what users of such libraries complain about', () => {
  const whole = () => read('update', 'v3', 'abc', complete)

  it('resume duplicates the previous answer', () => {
    const state = fold([
      ...attached,
      live('create', 'v1', 'a'),
      live('append', 'v2', 'b'),
      begun,
      live('update', 'v2', 'ab'),
      read('update', 'v2', 'ab'),
    ])
    expect(selectMessages(state).map(({ text }) => text)).toEqual(['ab'])
  })

  it('text doubles after a second replay', () => {
    const replayed = [live('append', 'v2', 'b'), live('append', 'v3', 'c')]
    expect(message(live('create', 'v1', 'a'), ...replayed, ...replayed, ...replayed)?.text).toBe('abc')
  })

  it('stuck on streaming after a clean end without a finish mark', () => {
    const plain = live('create', 'v1', 'a', { extras: undefined })
    expect(message(plain, { type: 'tick', now: 12_000 })?.status).toBe('complete')
  })

  it('stuck on streaming when the end arrived while the page was offline', () => {
    expect(message(live('create', 'v1', 'a'), begun, whole())).toMatchObject({ text: 'abc', status: 'complete' })
  })

  it('the answer is lost on rejoin when the stream did not start with text', () => {
    const empty = live('create', 'v1', '', { data: undefined })
    expect(message(empty)?.text).toBe('')
    expect(message(empty, begun, live('update', 'v2', 'ab'), live('append', 'v3', 'c'))?.text).toBe('abc')
  })

  it('ids are rewritten by a snapshot', () => {
    const prompt = { id: 'mine', clientId: 'me', name: 'prompt', extras: { headers: { role: 'user' } } }
    const before = message(live('create', 'v1', 'hi', prompt))
    const after = message(live('create', 'v1', 'hi', prompt), begun, read('update', 'v2', 'hi!', { ...prompt, id: 'another' }))
    expect([after?.id, after?.key, after?.text]).toEqual([before?.id, before?.key, 'hi!'])
  })

  it('garbled deltas: what is delivered late or twice changes nothing', () => {
    const events = [live('create', 'v1', 'a'), live('append', 'v3', 'bc'), live('append', 'v2', 'b'), live('append', 'v3', 'bc')]
    expect(message(...events)?.text).toBe('abc')
  })

  it('throttling only the subscription and not the snapshot: what is read between two notifications is the same', () => {
    const flush = vi.fn<(run: () => void) => void>()
    const store = createStore({ scheduler: flush })
    const before = store.getSnapshot()
    for (let i = 1; i <= 50; i++) store.dispatch(live(i === 1 ? 'create' : 'append', `v${String(i).padStart(2, '0')}`, 'x'))
    expect(store.getSnapshot()).toBe(before)
    expect(flush).toHaveBeenCalledTimes(1)
    flush.mock.calls[0]![0]()
    expect(selectMessages(store.getSnapshot())[0]?.text).toHaveLength(50)
  })

  it('the whole message list is cloned on every token', () => {
    const others = Array.from({ length: 100 }, (_, i) =>
      live('create', `a${String(i).padStart(3, '0')}`, 'x', { serial: `a${String(i).padStart(3, '0')}` }),
    )
    const before = fold([...others, live('create', 'v1', 'a')])
    const after = reduce(before, live('append', 'v2', 'b'))
    const known = new Set(selectMessages(before))
    expect(selectMessages(after).filter((each) => !known.has(each))).toHaveLength(1)
  })

  it('a reused id drops the new generation as a duplicate', () => {
    const first = [live('create', 'v1', 'old'), live('append', 'v2', ' answer', complete)]
    const again = [live('update', 'v3', '', { extras: { headers: streaming } }), live('append', 'v4', 'new answer')]
    expect(message(...first)?.status).toBe('complete')
    expect(message(...first, ...again)).toMatchObject({ text: 'new answer', status: 'streaming' })
  })
})

it('survives ten megabytes in one message', () => {
  const text = 'x'.repeat(10_000_000)
  expect(selectMessages(fold([live('create', 'v1', text)], emptyConversation()))[0]?.text).toHaveLength(10_000_000)
})
