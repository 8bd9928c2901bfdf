import { describe, expect, it } from 'vitest'
import { createStore, selectMessage, selectMessages } from '@streamfold/core'
import { fold, live, streaming } from './build.ts'

const part = (serial: string, continues: string, data: string, more: Record<string, unknown> = {}) =>
  live('create', serial, data, { serial, extras: { headers: { ...streaming, continues } }, ...more })
const head = () => live('create', 's1', 'one ')

describe('a response longer than a message', () => {
  it('reads as one, whether its parts name the first or the one before', () => {
    for (const before of ['s1', 's2']) {
      const state = fold([head(), part('s2', 's1', 'two '), part('s3', before, 'three')])
      expect(selectMessages(state)).toMatchObject([{ id: 's1', text: 'one two three', status: 'streaming' }])
      expect(selectMessage(state, 's1')).toBe(selectMessages(state)[0])
    }
  })

  it('stands as its last part stands, and is deleted with its first', () => {
    const end = live('append', 'v3', '!', {
      serial: 's2',
      extras: { headers: { ...streaming, continues: 's1', status: 'complete' } },
    })
    const state = fold([head(), part('s2', 's1', 'two'), end])
    expect(selectMessages(state)).toMatchObject([{ text: 'one two!', status: 'complete' }])
    expect(selectMessages(fold([live('delete', 'v9', 'one ')], state))).toMatchObject([{ text: '', status: 'deleted' }])
  })

  it('changes by one reference when its last part grows, and not at all when another message does', () => {
    const other = live('create', 's0', 'x', { serial: 's0' })
    const before = fold([head(), part('s2', 's1', 'two'), other])
    const after = fold([live('append', 'v3', '!', { serial: 's2', extras: {} })], before)
    expect(selectMessages(after)[0]).toBe(selectMessages(before)[0])
    expect(selectMessages(after)[1]).not.toBe(selectMessages(before)[1])
    expect(selectMessages(fold([live('append', 'v3', '!', { serial: 's0' })], after))[1]).toBe(selectMessages(after)[1])
  })

  it('is shown in parts while its first is unknown, and never takes the text of another author', () => {
    expect(selectMessages(fold([part('s2', 's1', 'two')]))).toMatchObject([{ id: 's2', text: 'two' }])
    const foreign = part('s2', 's1', 'forged', { clientId: 'mallory' })
    expect(selectMessages(fold([head(), foreign]))).toMatchObject([{ text: 'one ' }, { text: 'forged', role: 'user' }])
    expect(selectMessages(fold([head(), part('s2', 's2', 'self')]))).toHaveLength(2)
  })

  it('tells a subscriber of its first message when a part grows', () => {
    const store = createStore()
    const texts: (string | undefined)[] = []
    store.dispatch(head())
    store.subscribeTo('s1', (message) => texts.push(message?.text))
    store.dispatch(part('s2', 's1', 'two'))
    expect(texts).toEqual(['one two'])
  })
})
