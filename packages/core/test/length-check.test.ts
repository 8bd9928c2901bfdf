import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessage, toJSON } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { selectEffects } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'
import { attached, fold, live, read } from './build.ts'

/** An append, or a full version, that gives the length of the text after it. */
const counted = (make: typeof live, action: string, version: string, data: string, len: unknown) =>
  make(action, version, data, { version: { serial: version, timestamp: 2, metadata: { len } } })
const append = (version: string, data: string, len: unknown) => counted(live, 'append', version, data, len)
const snapshot = (version: string, data: string, len: unknown) => counted(read, 'update', version, data, len)

const loaded: ConversationEvent = { type: 'history', state: 'loaded' }
const begin = fold([...attached, loaded, live('create', 'v1', 'a')])
const shown = (state: typeof begin) => {
  const { text, continuity } = selectMessage(state, 's1')!
  return [text, continuity]
}
const asked = (state: typeof begin) => selectEffects(state).map(({ type }) => type)

describe('the length that an append gives', () => {
  it('lets a right text grow', () => {
    expect(shown(fold([append('v2', 'b', 2), append('v3', 'c', 3)], begin))).toEqual(['abc', 'contiguous'])
    expect(shown(fold([append('v2', '😀', 3)], begin))).toEqual(['a😀', 'contiguous'])
  })

  it('shows a lost append with the next one; the text is read, and never wrong', () => {
    const lost = fold([append('v3', 'c', 3)], begin)
    expect(shown(lost)).toEqual(['a', 'gapped'])
    expect(asked(lost)).toEqual(['fetchMessage'])
    const read = fold([snapshot('v3', 'abc', 3)], lost)
    expect(shown(read)).toEqual(['abc', 'contiguous'])
    expect(shown(fold([append('v4', 'd', 4)], read))).toEqual(['abcd', 'contiguous'])
  })

  it('shows an append that came twice', () => {
    const twice = fold([append('v2', 'b', 2), append('v3', 'b', 2)], begin)
    expect(shown(twice)).toEqual(['ab', 'gapped'])
    expect(shown(fold([snapshot('v3', 'ab', 2)], twice))).toEqual(['ab', 'contiguous'])
  })

  it('is given in the last append of merged ones', () => {
    expect(shown(fold([append('v3', 'bc', 3)], begin))).toEqual(['abc', 'contiguous'])
  })

  it('is not needed, and not used where it is no length', () => {
    for (const len of [undefined, 'x', -1, 1.5, null, {}, '9'.repeat(30)])
      expect(shown(fold([append('v2', 'b', len)], begin))).toEqual(['ab', 'contiguous'])
    expect(shown(fold([append('v2', 'b', '2')], begin))).toEqual(['ab', 'contiguous'])
    expect(shown(fold([append('v2', 'b', '7')], begin))).toEqual(['a', 'gapped'])
  })

  it('of a full version does not matter: its text is there', () => {
    expect(shown(fold([counted(live, 'update', 'v2', 'new', 99)], begin))).toEqual(['new', 'contiguous'])
  })

  it('is not checked any more where it was twice wrong although nothing was missing', () => {
    const once = fold([append('v2', 'b', 9), snapshot('v2', 'ab', 9)], begin)
    expect(shown(once)).toEqual(['ab', 'contiguous'])
    expect(shown(fold([append('v3', 'c', 9)], once))).toEqual(['ab', 'gapped'])
    const twice = fold([append('v3', 'c', 9), snapshot('v4', 'abcd', 9), append('v4', 'd', 9)], once)
    expect(twice.context.groundlessDoubts).toBe(2)
    expect(shown(fold([append('v5', 'e', 9)], twice))).toEqual(['abcde', 'contiguous'])
  })

  it.each<[string, ReturnType<typeof live>, number | undefined]>([
    ['the full text is the doubted one, whatever length it gives', snapshot('v3', 'ac', 2), 1],
    ['the full text is the doubted one, and gives no length', read('update', 'v3', 'ac'), 1],
    ['the full text is another one', snapshot('v3', 'abc', 9), undefined],
    ['a later text gives its length', snapshot('v4', 'abcd', 4), undefined],
    ['a later text gives no length', read('update', 'v4', 'abcd'), undefined],
    ['a later text gives a wrong length too', snapshot('v4', 'abcd', 9), 1],
  ])('was wrong for no reason, or not: %s', (_, full, doubts) => {
    const doubted = fold([append('v3', 'c', 9)], begin)
    const state = reduce(doubted, full)
    expect(state.context.groundlessDoubts).toBe(doubts)
    // An older version settles nothing, and the doubt stays.
    const older = counted(live, 'update', 'v2', 'ab', 9)
    const after = fold([older, full], doubted)
    expect([after.context.groundlessDoubts, shown(after)]).toEqual([doubts, shown(state)])
    expect(toJSON(state).records[0]).not.toHaveProperty('doubted')
    expect(toJSON(fold([older], doubted)).records[0]).toHaveProperty('doubted')
  })

  it('counts again once a full version repairs a text with the right length', () => {
    const once = fold([append('v2', 'b', 9), snapshot('v2', 'ab', 9)], begin)
    const doubts = (...events: readonly ConversationEvent[]) => fold(events, once).context.groundlessDoubts
    expect(doubts(counted(live, 'update', 'v3', 'abc', 3))).toBe(0)
    expect(doubts(counted(live, 'update', 'v3', 'abc', 9))).toBe(1)
    expect(doubts(live('update', 'v3', 'abc'))).toBe(1)
    // What is read repairs nothing.
    const ended = { extras: { headers: { role: 'assistant', status: 'complete' } } }
    const version = { serial: 'v3', timestamp: 2, metadata: { len: 3 } }
    expect(doubts(read('update', 'v3', 'abc', { ...ended, version }))).toBe(1)
    expect(doubts(counted(live, 'create', 'w1', 'x', 1))).toBe(1)
    // Right lengths alone are no news.
    expect(fold([counted(live, 'update', 'v2', 'ab', 2)], begin).context).not.toHaveProperty('groundlessDoubts')
  })

  it('goes on being checked where appends really were lost', () => {
    let state = begin
    for (let round = 1; round < 5; round++) {
      const text = selectMessage(state, 's1')!.text
      state = fold([append(`v${round * 2 + 1}`, 'c', text.length + 2)], state)
      expect(shown(state)).toEqual([text, 'gapped'])
      state = fold([snapshot(`v${round * 2 + 1}`, `${text}bc`, text.length + 2)], state)
      expect(shown(state)).toEqual([`${text}bc`, 'contiguous'])
    }
  })

  it('is not checked where the product says so', () => {
    const unchecked = fold(
      [...attached, live('create', 'v1', 'a'), append('v3', 'c', 3)],
      emptyConversation({ checkLengths: false }),
    )
    expect(shown(unchecked)).toEqual(['ac', 'contiguous'])
  })

  it('notices the loss of a last append only with a next one, whose status counts when the text is read', () => {
    const end = live('append', 'v3', '', {
      extras: { headers: { role: 'assistant', status: 'complete' } },
      version: { serial: 'v3', timestamp: 2, metadata: { len: 2 } },
    })
    const doubted = reduce(begin, end)
    expect(selectMessage(doubted, 's1')).toMatchObject({ text: 'a', status: 'streaming', continuity: 'gapped' })
    const headers = { extras: { headers: { role: 'assistant', status: 'complete' } } }
    expect(selectMessage(fold([read('update', 'v3', 'ab', headers)], doubted), 's1')).toMatchObject({
      text: 'ab',
      status: 'complete',
    })
  })

  it('is not used where the text is not the data', () => {
    const raw = {
      serial: 's1',
      action: 'message.append',
      name: 'response',
      data: { t: 'b' },
      clientId: 'agent',
      timestamp: 1,
      version: { serial: 'v2', timestamp: 2, metadata: { len: '9' } },
      extras: { headers: { role: 'assistant', status: 'streaming' } },
    }
    const text = (data: unknown) => (typeof data === 'object' && data !== null && 't' in data ? String(data.t) : undefined)
    expect(normalise(raw, { agent: 'agent', text })).not.toHaveProperty('len')
    const codec = defineCodec({ decode: () => ({ data: 'b', headers: { role: 'assistant', status: 'streaming' } }) })
    expect(normalise(raw, { agent: 'agent', codec })).not.toHaveProperty('len')
    expect(normalise({ ...raw, data: 'b' }, { agent: 'agent', codec })).toHaveProperty('len', 9)
  })
})
