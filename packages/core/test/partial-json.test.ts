import type { Frame } from '@streamfold/core/codec'
import { readFrames, growFrames } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPartialJson, readPartialJson } from '../src/messages/partial-json.ts'

function partial(text: string): unknown {
  const json = createPartialJson()
  json.feed(text)
  return json.value()
}

/** JSON text by its grammar, in every form that it may have. */
const { json } = fc.letrec((tie) => {
  const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r', '  ')
  const digits = fc.constantFrom('0', '7', '10', '12345')
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.constantFrom('0', '1', '20', '987'),
      fc.option(digits, { nil: undefined }),
      fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits), { nil: undefined }),
    )
    .map(([sign, whole, fraction, power]) => `${sign}${whole}${fraction ? `.${fraction}` : ''}${power?.join('') ?? ''}`)
  const plain = ['a', 'é', '😀', ' ', '{', ']', ',', ':', '/', '1', 'u']
  const escapes = [
    '\\"',
    '\\\\',
    '\\/',
    '\\b',
    '\\f',
    '\\n',
    '\\r',
    '\\t',
    '\\u00e9',
    '\\u0000',
    '\\uD83D\\uDE00',
    '\\uabCD',
    '\\u0022',
  ]
  const character = fc.constantFrom(...plain, ...escapes)
  const stringOf = (one: fc.Arbitrary<string>) => fc.array(one, { maxLength: 3 }).map((all) => `"${all.join('')}"`)
  const string = stringOf(character)
  // V8 13.6 reads the wrong key where an object of the same shape had one with a backslash: `{"":0,"\\\"":0}` and then `{"":0,"\",":0}`. So JSON.parse,
  // with which all is compared here, is given no such key.
  const keyString = stringOf(character.filter((one) => one !== '\\\\'))
  const listed = (all: readonly string[]) => all.join(',')
  const key = fc.oneof(keyString, fc.constantFrom('"__proto__"', '"a"', '"b"'))
  const field = fc
    .tuple(space, key, space, tie('json'))
    .map(([before, name, after, value]) => `${before}${name}${after}:${value}`)
  const inner = fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.oneof(number, string, fc.constantFrom('true', 'false', 'null')),
    fc
      .tuple(fc.array(tie('json'), { maxLength: 3 }), space)
      .map(([all, end]) => `[${all.length > 0 ? listed(all as string[]) : end}]`),
    fc.tuple(fc.array(field, { maxLength: 3 }), space).map(([all, end]) => `{${all.length > 0 ? listed(all) : ''}${end}}`),
  )
  return { json: fc.tuple(space, inner, space).map(([before, value, after]) => `${before}${value}${after}`) }
}) as { json: fc.Arbitrary<string> }

/** The value of the beginning of JSON text, found by what would complete it; undefined if nothing would. */
function completed(begun: string): { readonly is: unknown } | undefined {
  if (begun.trim() !== '' && ends.every((end) => whole(begun + end) === undefined)) return undefined
  const noEscape = begun.replace(/\\(?:u[\da-fA-F]{0,3})?$/, '')
  const noPower = begun.replace(/(?:\.|[eE][+-]?)$/, '')
  // What has no value yet: a sign, then a key, then a comma.
  const noSign = begun.replace(/-$/, '')
  const string = [...noSign.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs)].at(-1)
  const isKey = string !== undefined && /^\s*:?\s*$/.test(noSign.slice(string.index + string[0].length))
  const noKey = isKey ? noSign.slice(0, string.index) : noSign
  const shorter = [noSign, noKey].flatMap((one) => [one, one.replace(/,\s*$/, '')])
  for (const one of [begun, `${begun}"`, `${noEscape}"`, ...words.map((end) => begun + end), noPower, ...shorter]) {
    const value = whole(one)
    if (value) return value
  }
  return { is: undefined }
}

const words = ['true', 'false', 'null'].flatMap((word) => [...word].map((_, at) => word.slice(at + 1)))
const ends = ['', '0', ':0', '"":0', ...words, ...['', 'n', '0', '00', '000', '0000'].flatMap((end) => [`${end}"`, `${end}":0`])]

function whole(text: string): { readonly is: unknown } | undefined {
  try {
    return { is: JSON.parse(text + closing(text)) }
  } catch {
    return undefined
  }
}

/** Ends of the lists and objects that are open. */
function closing(text: string): string {
  const open: string[] = []
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[') open.unshift(']')
    else if (token === '{') open.unshift('}')
    else if (token === ']' || token === '}') open.shift()
  }
  return open.join('')
}

function expectAsCompleted(text: string): void {
  const expected = completed(text)
  if (expected) expect(partial(text)).toEqual(expected.is)
  // Whether a word or a number is one is known when it has ended.
  else expect(partial(`${text} `)).toBeUndefined()
}

describe('partial JSON', () => {
  it('of every beginning is what it would be if it ended there', () => {
    fc.assert(
      fc.property(json, (text) => {
        for (let end = 0; end <= text.length; end++) {
          expect(completed(text.slice(0, end))).toBeDefined()
          expectAsCompleted(text.slice(0, end))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('goes on behind a string whose escape was cut', () => {
    for (const cut of ['["a\\', '["a\\u', '["a\\u00e']) {
      const parser = createPartialJson()
      parser.feed(cut)
      parser.feed(`${cut.endsWith('u') ? '00e9' : cut.endsWith('e') ? '9' : 'n'}","b",1]`)
      expect(parser.value()).toEqual([cut.endsWith('\\') ? 'a\n' : 'aé', 'b', 1])
    }
  })

  it('is the same in one go and in any pieces, and what was read before does not change', () => {
    fc.assert(
      fc.property(json, fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 20 }), (text, cuts) => {
        const parser = createPartialJson()
        const read: [string, unknown][] = []
        let at = 0
        for (const cut of [...cuts, ...Array.from({ length: text.length }, () => 1)]) {
          parser.feed(text.slice(at, at + cut))
          at += cut
          read.push([text.slice(0, at), parser.value()])
        }
        for (const [begun, value] of read) expect(value).toEqual(partial(begun))
        expect(parser.value()).toEqual(JSON.parse(text))
      }),
      { numRuns: 200 },
    )
  })

  it('of what is no JSON is nothing, also if more comes', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom('', ...'{}[]",:\\u0tfn1.-+eE \n\u0001x'), fc.boolean())
    fc.assert(
      fc.property(json, change, ([...text], [place, character, replaces]) => {
        text.splice(place % (text.length + 1), replaces ? 1 : 0, character)
        for (let end = 0; end <= text.length; end++) expectAsCompleted(text.slice(0, end).join(''))
        if (!completed(text.join(''))) expect(partial(`${text.join('')} "]}1`)).toBeUndefined()
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['', undefined],
    ['{', {}],
    ['{"a', {}],
    ['{"a":', {}],
    ['{"a": "b', { a: 'b' }],
    ['{"a": "b\\', { a: 'b' }],
    ['{"a": "b\\u00', { a: 'b' }],
    ['{"a": "b\\u00e9', { a: 'bé' }],
    ['{"a": t', { a: true }],
    ['{"a": nul', { a: null }],
    ['{"a": -', {}],
    ['{"a": -1.', { a: -1 }],
    ['{"a": 1e', { a: 1 }],
    ['[1e5', [100_000]],
    ['[1.5E-1', [0.15]],
    ['[2e+1', [20]],
    ['{"a": [1, {"b": "c"}, [', { a: [1, { b: 'c' }, []] }],
    ['[1, 2', [1, 2]],
    ['[1,', [1]],
    ['"text', 'text'],
    ['12', 12],
    ['{"a": 1} ', { a: 1 }],
    ['nonsense', undefined],
    ['{"a": 1]', undefined],
    ['{"a" 1', undefined],
    ['[1 2', undefined],
    ['{} {', undefined],
    ['{"a": 01', { a: 0 }],
    ['[t1', []],
    ['[1,]', undefined],
    ['[,', undefined],
    ['[1,,', undefined],
    ['[}', undefined],
    ['[1}', undefined],
    ['[1"a"', undefined],
    ['[:', undefined],
    ['{"a":1,}', undefined],
    ['{,', undefined],
    ['{]', undefined],
    ['{"a"}', undefined],
    ['{"a":}', undefined],
    ['{"a""b"', undefined],
    ['{"a":1 "b"', undefined],
    ['{1', undefined],
    ['{"a":1:', undefined],
    [']', undefined],
    ['1 2', undefined],
    ['"a""', undefined],
    ['"\\u12\\', undefined],
    ['"\\x', undefined],
    ['"\\u12x', undefined],
    ['{"__proto__": 1, "__proto__": 2', JSON.parse('{"__proto__": 2}')],
  ])('%s', (text, value) => {
    expect(partial(text)).toEqual(value)
  })

  it('of a whole value is the value, in any pieces', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.nat(7), { maxLength: 20 }), (text, cuts) => {
        const json = createPartialJson()
        let at = 0
        for (const cut of cuts) {
          json.feed(text.slice(at, at + cut))
          json.value()
          at += cut
        }
        json.feed(text.slice(at))
        expect(json.value()).toEqual(JSON.parse(text))
      }),
      { numRuns: 1_000 },
    )
  })

  it('never throws, and is nothing where JSON has ended or is none', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0tfn1.-e \n'), maxLength: 20 })
    fc.assert(
      fc.property(texts, (text) => {
        const value = partial(text)
        let whole: { readonly is: unknown } | undefined
        try {
          whole = { is: JSON.parse(text) }
        } catch {
          whole = undefined
        }
        if (whole) expect(value).toEqual(whole.is)
      }),
      { numRuns: 5_000 },
    )
  })

  it('continues where the reading before ended, and reads an older state by itself', () => {
    const older = readFrames('{"a": "b')
    const newer = growFrames(older, 'c", "d": 1')
    const other = growFrames(older, 'x"')
    const value = (frames: typeof older) => readPartialJson(frames.last)
    expect(value(older)).toEqual({ a: 'b' })
    expect(value(newer)).toEqual({ a: 'bc', d: 1 })
    expect(value(other)).toEqual({ a: 'bx' })
    expect(value(older)).toEqual({ a: 'b' })
    expect(value(growFrames(newer, '2}'))).toEqual({ a: 'bc', d: 12 })
  })

  it('reads each character once, and of an older state all of them', () => {
    const read: (readonly [string, number])[] = []
    class Lineage {
      rest(body: string, from: number): string {
        read.push([body, from])
        return body.slice(from)
      }
    }
    const lineage = new Lineage() as unknown as Frame['lineage'] // Its other methods are not used.
    const value = (body: string) => readPartialJson({ head: undefined, body, lineage })
    expect(value('[1')).toEqual([1])
    expect(value('[1,2')).toEqual([1, 2])
    expect(value('[1,2')).toEqual([1, 2])
    expect(value('[1')).toEqual([1])
    expect(value('[1,2]')).toEqual([1, 2])
    expect(read).toEqual([
      ['[1', 0],
      ['[1,2', 2],
      ['[1,2', 4],
      ['[1', 0],
      ['[1,2]', 4],
    ])
  })

  it('a key __proto__ is a key like others', () => {
    expect(Object.keys(partial('{"__proto__": {"a": 1}, "b": 2') as object)).toEqual(['__proto__', 'b'])
  })
})
