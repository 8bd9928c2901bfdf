import type { Role } from '@streamfold/core'
import { createStore, selectMessage } from '@streamfold/core'
import { escapeBody, frameHead, RS } from '@streamfold/core/codec'
import { exportLog, redactLog, replay } from '@streamfold/core/log'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attached, live } from './build.ts'
import type { Written } from './their-channel.ts'
import { createFramesRedactor, redactJson } from '../src/log/redact-frames.ts'

const headers = { role: 'assistant', status: 'streaming', format: 'parts/1' }

const data = [
  `SECRET${escapeBody(`${RS}{"type":"tool","id":"SECRET","name":"x"}\n`)}`,
  `${frameHead({ type: 'reasoning', provider: { a: { signature: 'SECRET' } } })}SECRET thought`,
  frameHead({ type: 'end', ms: 12 }),
  `${frameHead({ type: 'tool', id: 'c1', name: 'pay', title: 'SECRET' })}{"SECRET":"SECRET \\"SECRET","n":471,"t":true,"l":[null,-4.7e2]}`,
  frameHead({ type: 'input', id: 'c1', input: { SECRET: 'SECRET' } }),
  frameHead({ type: 'ask', id: 'c1', approval: 'a1', of: ['SECRET'], reason: 'SECRET' }),
  frameHead({ type: 'decided', id: 'c1', approved: true, by: 'SECRET', reason: 'SECRET' }),
  `${frameHead({ type: 'output', id: 'c1' })}["SECRET",471,SECRET]`,
  `${frameHead({ type: 'output', id: 'c1' })}{"a":["SECRET",471]}${frameHead({ type: 'end' })}`,
  frameHead({ type: 'source', id: 'u1', url: 'https://SECRET', title: 'SECRET' }),
  frameHead({ type: 'file', mediaType: 'image/png', url: 'https://SECRET', filename: 'SECRET.png' }),
  `${frameHead({ type: 'data', name: 'chart', id: 'd' })}{"x":"SECRET"}${frameHead({ type: 'end' })}`,
  `${frameHead({ type: 'meta' })}{"model":"SECRET"}${frameHead({ type: 'end' })}`,
  `${frameHead({ type: 'text' })}SECRET${frameHead({ type: 'cite', source: 'u1', quote: 'SECRET' })}`,
  `${frameHead({ type: 'tool', id: 'c2', name: 'pay' })}{"a":`,
  `${frameHead({ type: 'more', kind: 'text' })} I am 471 false facts ${frameHead({ type: 'more', id: 'c2' })}["SECRET"]}`,
  frameHead({ type: 'input', id: 'c2' }),
].join('')

function logOf(increments: readonly string[]) {
  const store = createStore({ log: true })
  store.dispatch([
    ...attached,
    live('create', 'v0', '', { extras: { headers } }),
    ...increments.map((text, at) => live('append', `v${String(at + 1).padStart(6, '0')}`, text, { extras: { headers } })),
  ])
  return store
}

const shapes = (parts: readonly object[]) =>
  parts.map((part) => [
    'type' in part && part.type,
    'state' in part && part.state,
    'text' in part && String(part.text).length,
    'input' in part && typeof part.input,
    'output' in part && typeof part.output,
  ])

describe('a redacted log of a message with parts', () => {
  it('has no contents, and the same parts in the same states', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 60 }), (cuts) => {
        const increments: string[] = []
        let at = 0
        for (const cut of [...cuts, data.length]) {
          increments.push(data.slice(at, at + cut))
          at += cut
        }
        const store = logOf(increments)
        const redacted = redactLog(store.log!)
        expect(exportLog(redacted)).not.toMatch(/SECRET|471|thought|4\.7| false/)
        const before = selectMessage(store.getState(), 's1')!
        const after = selectMessage(replay(redacted), 's1')!
        expect(shapes(after.parts)).toEqual(shapes(before.parts))
        expect(after.parts).toHaveLength(8)
      }),
      { numRuns: 200 },
    )
  })

  it('has none in the conversation that it starts with either', () => {
    const start = logOf([data]).getState()
    expect(exportLog(redactLog({ start, events: [] }))).not.toMatch(/SECRET|471|thought/)
  })

  it('has none where an increment came without the ones before it', () => {
    const store = createStore({ log: true })
    store.dispatch([...attached, live('append', 'v5', '"input":"SECRET","url":"SECRET"', { extras: { headers } })])
    expect(exportLog(redactLog(store.log!))).not.toMatch(/SECRET/)
  })
})

it('redaction does not depend on where the data is cut, and keeps its length', () => {
  const texts = fc.string({ unit: fc.constantFrom(RS, '\n', '"', '{', '}', ':', 'a', '1', 't', 'type', '\\'), maxLength: 40 })
  fc.assert(
    fc.property(texts, fc.nat(40), (text, cut) => {
      const whole = createFramesRedactor('assistant').redact(text)
      const redactor = createFramesRedactor('assistant')
      expect(redactor.redact(text.slice(0, cut)) + redactor.redact(text.slice(cut))).toBe(whole)
      expect(whole).toHaveLength(text.length)
    }),
    { numRuns: 1_000 },
  )
})

it('of what a reader shows as text, redaction keeps no character, whatever frames come before it', () => {
  const ids = fc.option(fc.constantFrom('c1', 'c2', ''), { nil: undefined })
  const heads = fc.record({
    type: fc.constantFrom(
      'text',
      'reasoning',
      'tool',
      'input',
      'output',
      'fault',
      'data',
      'custom',
      'meta',
      'more',
      'end',
      'step',
      'new',
    ),
    id: ids,
    name: ids,
    kind: fc.option(fc.constantFrom('text', 'tool', 'output', 'data'), { nil: undefined }),
  })
  const bodies = fc.constantFrom('', 'true 12.5 {"null"} [e]', `null${RS}{"type":"tool"}`)
  fc.assert(
    fc.property(fc.array(fc.tuple(heads, bodies)), bodies, fc.constantFrom('user', 'assistant'), (frames, first, role) => {
      const data = [first, ...frames.map(([head, body]) => `${RS}${JSON.stringify(head)}\n${escapeBody(body)}`)].join('')
      const store = createStore({ log: true })
      store.dispatch([...attached, live('create', 'v0', data, { name: role, extras: { headers: { ...headers, role } } })])
      const { parts } = selectMessage(replay(redactLog(store.log!)), 's1')!
      expect(shapes(parts).map(([type]) => type)).toEqual(
        shapes(selectMessage(store.getState(), 's1')!.parts).map(([type]) => type),
      )
      for (const part of parts) if ('text' in part) expect(part.text.replaceAll(RS, '')).toMatch(/^·*$/)
    }),
    { numRuns: 2_000 },
  )
})

describe('what redaction keeps of a body', () => {
  const body = '{"SECRET":"SECRET","n":47,"t":true}'
  const bodyOf = (head: object) => {
    const data = createFramesRedactor('assistant').redact(`${RS}${JSON.stringify(head)}\n${body}`)
    return data.slice(data.indexOf('\n') + 1)
  }

  it.each(['tool', 'output', 'custom', 'data', 'meta'])('is the shape of JSON: %s', (type) => {
    expect(bodyOf({ type, id: 'c1' })).toBe('{"······":"······","·":11,"·":true}')
  })

  const none =
    'text reasoning fault input ask decided run source cite file step steer taking left see more end new __proto__ toString'
  it.each([...none.split(' '), ['tool'], 7, undefined])('is nothing: %s', (type) => {
    expect(bodyOf({ type, id: 'c1' })).toBe('·'.repeat(body.length))
  })
})

describe('what redaction keeps of a head', () => {
  const headOf = (head: string) => createFramesRedactor('assistant').redact(`${RS}${head}\n`).slice(1, -1)

  it.each('type id name kind approval epoch source mediaType serial answer until start end ms wants at auto'.split(' '))(
    'is a name, a number or a text without contents: %s',
    (field) => {
      for (const value of ['"SECRET"', '47', 'true']) expect(headOf(`{"${field}":${value}}`)).toBe(`{"${field}":${value}}`)
      // An object or a list has contents.
      expect(headOf(`{"${field}":{"id":"SECRET"}}`)).toBe(`{"${field}":{"··":"······"}}`)
      expect(headOf(`{"${field}":["SECRET",47]}`)).toBe(`{"${field}":["······",11]}`)
    },
  )

  it.each('input title url by reason filename quote alt provider metadata error of text run other'.split(' '))(
    'is not a value: %s',
    (field) => {
      expect(headOf(`{"${field}":"SECRET","id":"c"}`)).toBe(`{"${field}":"······","id":"c"}`)
      expect(headOf(`{"id":"c","${field}":47}`)).toBe(`{"id":"c","${field}":11}`)
      expect(headOf(`{"${field}":[47,{"id":"SECRET"}],"id":"c"}`)).toBe(`{"${field}":[11,{"··":"······"}],"id":"c"}`)
      expect(headOf(`{"${field}":{"id":[47],"a":{}},"id":"c"}`)).toBe(`{"${field}":{"··":[11],"·":{}},"id":"c"}`)
    },
  )

  it.each([
    ['{"title":"a\\"b","id":"c"}', '{"title":"····","id":"c"}'],
    ['{"title":"a\\\\","id":"c"}', '{"title":"···","id":"c"}'],
    ['{"id":"a\\"b","title":"SECRET"}', '{"id":"a\\"b","title":"······"}'],
    ['{"":1,"id":"c"}', '{"":1,"id":"c"}'],
    ['{ "title" : "SECRET" , "id" : "c" }', '{ "title" : "······" , "id" : "c" }'],
    ['{"id":"a"}{"title":"SECRET"}', '{"id":"a"}{"title":"······"}'],
    ['{"title":[1,2]"SECRET"}', '{"title":[1,1]"······"}'],
    ['{"title":SECRET/47}', '{"title":·······11}'],
    ['"SECRET"', '"······"'],
  ])('does not depend on its form: %s', (head, redacted) => {
    expect(headOf(head)).toBe(redacted)
  })
})

describe('what redaction keeps of JSON', () => {
  const bodyOf = (body: string) => createFramesRedactor('assistant').redact(`${RS}{"type":"meta"}\n${body}`).slice(17)

  it.each([
    ['true', 'true'],
    ['[true,false,null]', '[true,false,null]'],
    ['{"id":"SECRET"}', '{"··":"······"}'],
    ['{"a": -47.5e+3, "b":1E9}', '{"·": -11.1e+1, "·":1E1}'],
    ['[ 1,\t2 ]', '[ 1,\t1 ]'],
    ['fact/x', 'fa····'],
    ['nothing', 'n······'],
  ])('is its shape: %s', (body, redacted) => {
    expect(bodyOf(body)).toBe(redacted)
  })

  it('also of an answer, whose outermost fields have names without contents', () => {
    expect(redactJson('{"error":"SECRET","id":"SECRET"}', true)).toBe('{"error":"······","id":"SECRET"}')
    expect(redactJson('{"error":"SECRET"}', false)).toBe('{"·····":"······"}')
    expect(redactJson('', true)).toBe('')
  })
})

describe('what redaction keeps of what goes on', () => {
  const tool: Written = [{ type: 'tool', id: 'c', name: 'x' }, '{"a":']
  const data: Written = [{ type: 'data', name: 'x' }, '{"a":']
  const named: Written = [{ type: 'data', name: 'x', id: 'c' }, '{"a":']
  const output: Written = [{ type: 'output', id: 'c' }, '{"a":']
  const step: Written = [{ type: 'step' }]
  const more = (body: string, of: object = {}): Written => [{ type: 'more', ...of }, body]

  it.each<[string, readonly Written[], string, Role?]>([
    ['an input', [tool, step, more('47}', { id: 'c', kind: 'tool' })], '11}'],
    ['data that are open', [data, [{ type: 'meta' }, '{}'], [{ type: 'end' }], more('47}', { kind: 'data' })], '11}'],
    ['the part that is open', [data, more('47}')], '11}'],
    ['data with a name', [named, step, more('47}', { id: 'c', kind: 'data' })], '11}'],
    ['a part with a name', [named, step, more('47}', { id: 'c' })], '11}'],
    ['a result', [[{ type: 'tool', id: 'c', name: 'x' }, '{}'], output, step, more('47}', { id: 'c', kind: 'output' })], '11}'],
    ['a result of an earlier message', [output, [{ type: 'text' }, 'a'], more('47}', { id: 'c', kind: 'output' })], '11}'],
    ['a result of an earlier message without its kind', [output, [{ type: 'text' }, 'a'], more('47}', { id: 'c' })], '11}'],
    ['a result behind the end of an input', [output, [{ type: 'input', id: 'c' }], more('47}', { id: 'c' })], '11}'],
    ['an output beside an error', [output, [{ type: 'fault', id: 'c' }, 'a'], more('47}', { id: 'c', kind: 'output' })], '11}'],
    ['nothing that is known', [output, [{ type: 'text' }, 'a'], more('47', { id: 'd', kind: 'output' })], '··'],
    ['a text of the same name', [[{ type: 'text', id: 'c' }, 'a'], named, more('true 47', { id: 'c', kind: 'text' })], '·······'],
    ['data of the same name', [[{ type: 'text', id: 'c' }, 'a'], named, more('47}', { id: 'c', kind: 'data' })], '11}'],
    ['what a user may not write', [tool, more('47}', { id: 'c', kind: 'tool' })], '11}', 'user'],
  ])('is the shape of what it continues: %s', (_, frames, expected, role = 'assistant') => {
    const redacted = createFramesRedactor(role).redact(frames.map(([head, body = '']) => frameHead(head) + body).join(''))
    expect(redacted.slice(redacted.lastIndexOf('\n') + 1)).toBe(expected)
  })
})

it('a redactor says how much it has read', () => {
  const redactor = createFramesRedactor('assistant')
  expect(redactor.length).toBe(0)
  redactor.redact('abc')
  redactor.redact('de')
  expect(redactor.length).toBe(5)
})
