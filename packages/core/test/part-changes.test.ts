import { describe, expect, it } from 'vitest'
import type { MessagePart, ToolPart } from '../src/index.ts'
import { emptyConversation, normalise, reduce, selectMessages } from '../src/index.ts'
import { frameHead } from '../src/codec.ts'
import { outlineOf, partChanges } from '../src/log/index.ts'

function message(data: string, status = 'streaming') {
  const extras = { headers: { role: 'assistant', status, format: 'parts/1' } }
  const raw = { serial: 's', action: 'message.create', data, clientId: 'agent', version: { serial: 'v' }, extras }
  return selectMessages(reduce(emptyConversation(), normalise(raw)))[0]!
}

const parts = (data: string): readonly MessagePart[] => message(data).parts
const words = (before: string, after: string) => partChanges(parts(before), parts(after)).flatMap((change) => change.words)
const call = `${frameHead({ type: 'tool', id: 'c', name: 'search' })}{"q":"x"}`
const done = `${call}${frameHead({ type: 'input', id: 'c' })}`
const end = frameHead({ type: 'end' })
const step = frameHead({ type: 'step' })
const asked = frameHead({ type: 'ask', id: 'c', approval: 'p' })
const wanted = frameHead({ type: 'ask', id: 'c', approval: 'p', wants: 'output' })
const approved = frameHead({ type: 'decided', id: 'c', approved: true })
const refused = frameHead({ type: 'decided', id: 'c', approved: false, by: 'ann' })
const given = frameHead({ type: 'decided', id: 'c', by: 'ann', answer: 's0' })
const running = frameHead({ type: 'run', id: 'c', epoch: 'e' })
const output = frameHead({ type: 'output', id: 'c' })
const see = frameHead({ type: 'see', id: 'c', serial: 's9' })
const begun = ['a call of search', '9 characters of the input of search', 'the input of search is complete']

describe('the changes between parts', () => {
  it('are none between equal parts, of which no object is shared', () => {
    const all = `a${done}${frameHead({ type: 'output', id: 'c' })}{"n":1}${end}${frameHead({ type: 'data', name: 'd' })}1${end}`
    expect(partChanges(parts(all), parts(all))).toEqual([])
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

describe('a part that is new is named', () => {
  it.each<[string, readonly string[]]>([
    ['a', ['1 character of text']],
    ['a'.repeat(1_200), ['1,200 characters of text']],
    [`${frameHead({ type: 'reasoning' })}why`, ['3 characters of reasoning']],
    [
      `${frameHead({ type: 'reasoning' })}why${frameHead({ type: 'end', ms: 1_234 })}`,
      ['3 characters of reasoning', 'the reasoning is complete, after 1.2 s'],
    ],
    [frameHead({ type: 'source', id: 'a', url: 'https://a.example/' }), ['the source https://a.example/']],
    [frameHead({ type: 'source', id: 'a', url: 'https://a.example/', title: 'A' }), ['the source A']],
    [frameHead({ type: 'source', id: 'a', mediaType: 'text/plain', title: 'A' }), ['the source A']],
    [frameHead({ type: 'file', mediaType: 'image/png', url: 'https://a.example/' }), ['the file image/png']],
    [frameHead({ type: 'file', mediaType: 'image/png', url: 'https://a.example/', filename: 'a.png' }), ['the file a.png']],
    [frameHead({ type: 'file', mediaType: 'image/png', url: 'https://a.example/', reasoning: true }), ['the file image/png']],
    [`${frameHead({ type: 'custom', kind: 'k' })}1`, ['the content k']],
    [frameHead({ type: 'step' }), ['a step']],
    [frameHead({ type: 'steer', serial: 's5' }), ['a prompt taken in']],
    [call, ['a call of search', '9 characters of the input of search']],
    [call.replace('"search"', '"search","dynamic":true'), ['a call of search', '9 characters of the input of search']],
    [done, ['a call of search', '9 characters of the input of search', 'the input of search is complete']],
    [done.replace('{"q":"x"}', ''), ['a call of search', 'the input of search is complete']],
    [`${done}${asked}`, [...begun, 'the call of search waits for approval']],
    [`${done}${asked}${refused}`, [...begun, 'the call of search is refused by ann']],
    [`${done}${wanted}`, [...begun, 'the call of search asks for an output']],
    [`${done}${running}`, [...begun, 'search is executed']],
    [`${done}${output}1${end}`, [...begun, 'the call of search got its output']],
    [`${done}${see}`, [...begun, 'the output of search is in another message']],
  ])('%j', (data, expected) => {
    expect(words('', data)).toEqual(expected)
    expect(partChanges([], parts(data)).map(({ type, part }) => [type, part])).toEqual([['added', parts(data)[0]]])
    expect(partChanges(parts(data), []).map(({ type, part }) => [type, part])).toEqual([['removed', parts(data)[0]]])
  })
})

describe('a part that is another one', () => {
  const other = call.replace('"c"', '"d"').replace('"x"', '"xy"')
  const more = step + frameHead({ type: 'text' })
  const source = (id: string) => frameHead({ type: 'source', id, url: `https://${id}.example/` })
  const data = (id: string) => `${frameHead({ type: 'data', name: 'chart', id })}1${end}`

  it.each<[string, string, string, readonly string[]]>([
    ['a call has its id', call, other + call, ['a call of search', '10 characters of the input of search']],
    ['a source has its id', source('a'), source('b') + source('a'), ['the source https://b.example/']],
    ['data have their id', data('a'), data('b') + data('a'), ['the data chart']],
    ['what has no id has its place', `a${more}b`, `a${more}bc`, ['1 character of text']],
    ['what has no id has its place', `a${more}b`, `ac${more}b`, ['1 character of text']],
    ['of three', `a${more}b${more}c`, `a${more}b${more}cd`, ['1 character of text']],
    ['of three', `a${more}b${more}c`, `a${more}bd${more}c`, ['1 character of text']],
  ])('is found: %s', (_, before, after, expected) => {
    expect(words(before, after)).toEqual(expected)
  })

  it('has the part and the kind of the change', () => {
    const [before, after] = [parts(`a${call}`), parts('ab')]
    expect(partChanges(before, after)).toStrictEqual([
      { type: 'changed', part: after[0], words: ['1 character of text'], text: 'b' },
      { type: 'removed', part: before[1], words: ['the call of search is gone'] },
    ])
    const another = parts('b')
    expect(partChanges(parts('a'), another)).toStrictEqual([{ type: 'changed', part: another[0], words: ['another text'] }])
  })
})

describe('a part that has changed says how', () => {
  const cite = frameHead({ type: 'cite', source: 'u' })
  const cited = (count: number) => `a${cite.repeat(count)}`
  const thought = (text: string, ms?: number) =>
    `${frameHead({ type: 'reasoning' })}${text}${ms === undefined ? '' : frameHead({ type: 'end', ms })}`
  const chart = (value: string) => `${frameHead({ type: 'data', name: 'chart', id: 'd' })}${value}`
  const file = (url: string) => frameHead({ type: 'file', mediaType: 'image/png', url })
  const custom = (value: string) => `${frameHead({ type: 'custom', kind: 'k' })}${value}${end}`
  const otherInput = `${call}${frameHead({ type: 'input', id: 'c', input: { q: 'y' } })}`
  const ready = `${done}${output}1${end}`
  const early = (value: string) => `${done}${frameHead({ type: 'output', id: 'c', preliminary: true })}${value}${end}`
  const fault = (text: string, more = {}) => `${done}${frameHead({ type: 'fault', id: 'c', ...more })}${text}${end}`

  it.each<[string, string, readonly string[]]>([
    [cited(0), cited(1), ['a citation']],
    [cited(0), cited(3), ['3 citations']],
    [cited(3), cited(1), ['2 citations fewer']],
    [cited(2), cited(1), ['a citation fewer']],
    [cited(1), cited(1).replace('a', 'ab'), ['1 character of text']],
    [cited(0), `ab${cite}`, ['1 character of text', 'a citation']],
    [thought('a'), thought('ab'), ['1 character of reasoning']],
    [thought('a'), thought('a', 12_345_678), ['the reasoning is complete, after 12,345.7 s']],
    [thought('a', 5), thought('b', 5), ['another reasoning']],
    [thought('a'), `${thought('a')}${end}`, []],
    [thought('a', 5), thought('a'), []],
    [thought('a'), '', ['the reasoning is gone']],
    ['a', '', ['the text is gone']],
    [chart('[1'), chart('[1,2'), ['the data chart changes']],
    [chart('[1'), `${chart('[1]')}${end}`, ['the data chart is complete']],
    [`${chart('[1]')}${end}`, `${chart('[2]')}${end}`, ['the data chart changes']],
    [`${chart('[1]')}${end}`, `${chart('[1]')}${end}`, []],
    [`${chart('[1]')}${end}`, chart('[1'), ['the data chart changes']],
    [file('https://a.example/'), file('https://b.example/'), ['the file image/png changes']],
    [custom('1'), custom('2'), ['the content k changes']],
    [call.slice(0, -4), call, ['4 characters of the input of search']],
    [call, call.replace('"x"', '"y"'), ['another input of search']],
    [call.slice(0, -4), done, ['4 characters of the input of search', 'the input of search is complete']],
    [call, done, ['the input of search is complete']],
    [call, otherInput, ['the input of search is complete']],
    [done, otherInput, ['another input of search']],
    [otherInput, otherInput, []],
    [done, `${done}${asked}`, ['the call of search waits for approval']],
    [`${done}${asked}`, `${done}${asked}${approved}`, ['the call of search is approved']],
    [`${done}${asked}${approved}`, `${done}${asked}${approved}${running}`, ['search is executed']],
    [`${done}${running}`, `${done}${running}`, []],
    [`${done}${running}`, `${done}${running}${output}1${end}`, ['the call of search got its output']],
    [done, `${done}${wanted}`, ['the call of search asks for an output']],
    [`${done}${wanted}`, `${done}${wanted}${given}`, ['ann answers the call of search']],
    [`${done}${wanted}${given}`, `${done}${wanted}${given}${output}1${end}`, ['the call of search got its output']],
    [done, early('1'), ['the call of search got a preliminary output']],
    [early('1'), early('2'), ['another preliminary output of search']],
    [early('1'), early('1'), []],
    [early('1'), ready, ['another output of search']],
    [ready, ready.replace(`1${end}`, `2${end}`), ['another output of search']],
    [ready, ready, []],
    [done, fault('no'), ['the call of search failed']],
    [fault('no'), fault('never'), ['another error of search']],
    [fault('no'), fault('no'), []],
    [done, fault('no', { denied: true }), ['the call of search was denied']],
    [done, `${done}${see}`, ['the output of search is in another message']],
    [`${done}${see}`, `${done}${see}${output}1${end}`, ['the call of search got its output']],
  ])('%j to %j', (before, after, expected) => {
    expect(words(before, after)).toEqual(expected)
  })

  it('a call without a result, at the end of its response', () => {
    const changes = (data: string) => partChanges(parts(data), message(data, 'complete').parts).flatMap((change) => change.words)
    expect(changes(done)).toEqual(['the call of search has no result'])
    expect(changes(call)).toEqual(['the call of search has no result'])
  })

  it('answers that came too late', () => {
    const [part] = parts(`${done}${asked}${refused}`) as readonly ToolPart[]
    const [page] = parts(`${done}${wanted}${given}`) as readonly ToolPart[]
    const late = { by: 'bob', at: 1, kind: 'approve', serial: 's9' } as const
    const withLate = (count: number) => {
      const all = Array.from({ length: count }, () => late) as never
      return [
        [{ ...part!, approval: { ...part!.approval!, late: all } }],
        [{ ...page!, wanted: { ...page!.wanted!, late: all } }],
      ] as const
    }
    for (const at of [0, 1] as const) {
      const between = (before: number, after: number) =>
        partChanges(withLate(before)[at], withLate(after)[at]).flatMap((change) => change.words)
      expect([between(0, 1), between(1, 3), between(2, 2), between(2, 1)]).toEqual([
        ['an answer came too late'],
        ['2 answers came too late'],
        [],
        [],
      ])
    }
    expect(partChanges([], withLate(1)[0])[0]?.words).toContain('an answer came too late')
  })

  it('with the text that it added, if that is all', () => {
    const text = (before: string, after: string) => partChanges(parts(before), parts(after))[0]?.text
    expect([text('', 'a'), text('a', 'abc'), text('a', 'b')]).toEqual(['a', 'bc', undefined])
    expect([text('a', cited(1)), text('a', `ab${cite}`)]).toEqual([undefined, undefined])
    expect([text('', thought('a')), text(thought('a'), thought('ab'))]).toEqual([undefined, undefined])
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
