import { readFrames, growFrames } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPartialJson, readPartialJson } from '../src/messages/partial-json.ts'

function partial(text: string): unknown {
  const json = createPartialJson()
  json.feed(text)
  return json.value()
}

describe('partial JSON', () => {
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
    const value = (frames: typeof older) => readPartialJson([frames.last])
    expect(value(older)).toEqual({ a: 'b' })
    expect(value(newer)).toEqual({ a: 'bc', d: 1 })
    expect(value(other)).toEqual({ a: 'bx' })
    expect(value(older)).toEqual({ a: 'b' })
    expect(value(growFrames(newer, '2}'))).toEqual({ a: 'bc', d: 12 })
  })

  it('a key __proto__ is a key like others', () => {
    expect(Object.keys(partial('{"__proto__": {"a": 1}, "b": 2') as object)).toEqual(['__proto__', 'b'])
  })
})
