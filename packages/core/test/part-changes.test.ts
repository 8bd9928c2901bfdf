import { describe, expect, it } from 'vitest'
import type { MessagePart } from '../src/index.ts'
import { emptyConversation, normalise, reduce, selectMessages } from '../src/index.ts'
import { frameHead } from '../src/codec.ts'
import { outlineOf, partChanges } from '../src/log/index.ts'

function message(data: string) {
  const extras = { headers: { role: 'assistant', status: 'streaming', format: 'parts/1' } }
  const raw = { serial: 's', action: 'message.create', data, clientId: 'agent', version: { serial: 'v' }, extras }
  return selectMessages(reduce(emptyConversation(), normalise(raw)))[0]!
}

const parts = (data: string): readonly MessagePart[] => message(data).parts
const words = (before: string, after: string) => partChanges(parts(before), parts(after)).flatMap((change) => change.words)
const call = `${frameHead({ type: 'tool', id: 'c', name: 'search' })}{"q":"x"}`
const done = `${call}${frameHead({ type: 'input', id: 'c' })}`
const end = frameHead({ type: 'end' })

describe('the changes between parts', () => {
  it('are none between equal parts, of which no object is shared', () => {
    const all = `a${done}${frameHead({ type: 'output', id: 'c' })}{"n":1}${end}${frameHead({ type: 'data', name: 'd' })}1${end}`
    expect(words(all, all)).toEqual([])
  })

  it.each([
    ['text', 'a', 'abc', ['2 characters of text']],
    ['another text', 'a', 'b', ['another text']],
    ['a removed part', done, '', ['the call of search is gone']],
    ['another input', done, done.replace('"x"', '"y"'), ['another input of search']],
    ['an approval', done, done + frameHead({ type: 'ask', id: 'c', approval: 'p' }), ['the call of search waits for approval']],
    ['a fault', done, `${done}${frameHead({ type: 'fault', id: 'c' })}no${end}`, ['the call of search failed']],
    [
      'a refusal',
      `${done}${frameHead({ type: 'ask', id: 'c', approval: 'p' })}`,
      `${done}${frameHead({ type: 'ask', id: 'c', approval: 'p' })}${frameHead({ type: 'decided', id: 'c', approved: false, by: 'ann' })}`,
      ['the call of search is refused by ann'],
    ],
    ['data', '', `${frameHead({ type: 'data', name: 'chart' })}1`, ['the data chart']],
  ])('name %s', (_name, before, after, expected) => {
    expect(words(before, after)).toEqual(expected)
  })
})

describe('the outline of a message', () => {
  const outline = (data: string) => outlineOf(message(data))
  const ask = frameHead({ type: 'ask', id: 'c', approval: 'p' })

  it('has its parts, unless it is one plain text', () => {
    expect(outline('')).toBeUndefined()
    expect(outline('text')).toBeUndefined()
    expect(outline(`text${done}`)).toStrictEqual([
      { type: 'text', state: 'done', text: 'text' },
      { type: 'tool-search', state: 'input-available', input: '{"q":"x"}' },
    ])
    expect(outline(`a${frameHead({ type: 'text', id: 't' })}b`)).toStrictEqual([
      { type: 'text', state: 'done', text: 'a' },
      { type: 'text', state: 'streaming', text: 'b' },
    ])
  })

  it.each<[string, string, object]>([
    ['a dynamic call', done.replace('"search"', '"search","dynamic":true'), { type: 'dynamic-tool', name: 'the call of search' }],
    ['an approval', `${done}${ask}${frameHead({ type: 'decided', id: 'c', approved: true, by: 'ann' })}`, { by: 'ann' }],
    [
      'an output that a page gave',
      `${done}${frameHead({ type: 'ask', id: 'c', approval: 'p', wants: 'output' })}${frameHead({ type: 'decided', id: 'c', by: 'ann' })}`,
      { by: 'ann' },
    ],
  ])('names what is known of a call: %s', (_, data, known) => {
    const input = '{"q":"x"}'
    expect(outline(data)).toStrictEqual([{ type: 'tool-search', state: expect.any(String) as string, input, ...known }])
  })

  it.each<[string, object]>([
    [`${frameHead({ type: 'reasoning' })}why`, { type: 'reasoning', state: 'streaming', text: 'why' }],
    [frameHead({ type: 'step' }), { type: 'step-start' }],
    [frameHead({ type: 'steer', serial: 's5' }), { type: 'steering-message', name: 's5' }],
    [`${frameHead({ type: 'data', name: 'chart' })}1`, { type: 'data-chart', state: 'streaming', name: 'the data chart' }],
    [`${frameHead({ type: 'custom', kind: 'k' })}1`, { type: 'custom', name: 'the content k' }],
    [
      frameHead({ type: 'source', id: 'a', url: 'https://a.example/' }),
      { type: 'source-url', name: 'the source https://a.example/' },
    ],
  ])('names what is known of another part: %j', (data, expected) => {
    expect(outline(data)).toStrictEqual([expected])
  })
})
