import { inputHash } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { fnv } from '../src/protocol/input-hash.ts'

describe('the hash of a text', () => {
  // Published test vectors of FNV-1a with 64 bits.
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['b', 'af63df4c8601f1a5'],
    ['foobar', '85944171f73967e8'],
    ['chongo was here!\n', '46810940eff5f915'],
  ])('%j', (text, hash) => {
    expect(fnv(text)).toBe(hash)
  })

  it('is of its UTF-8, with one character in the place of each half of a surrogate pair', () => {
    const bytes = (text: string) => [...new TextEncoder().encode(text)]
    const reference = (text: string) =>
      bytes(text).reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n)
    for (const text of ['é', '€', '😀', '\u{d800}', 'a\u{dc00}b', '\u{dc00}\u{d800}', '%41', '\0\n~'])
      expect(fnv(text)).toBe(reference(text).toString(16).padStart(16, '0'))
  })
})

describe('the hash of an input', () => {
  it('is of its JSON with the keys in order', () => {
    expect(inputHash({ b: [1, null, { d: undefined, c: 'x' }], a: true, 10: 0, 9: 0 })).toBe(
      fnv('{"10":0,"9":0,"a":true,"b":[1,null,{"c":"x"}]}'),
    )
    expect(inputHash(undefined)).toBe(fnv(''))
    expect(inputHash([undefined, () => 7, 1])).toBe(fnv('[null,null,1]'))
  })

  it('is of two hundred levels: what is nested more deeply is null', () => {
    const lists = (depth: number): unknown => (depth === 0 ? 7 : [lists(depth - 1)])
    const objects = (depth: number): unknown => (depth === 0 ? 7 : { a: objects(depth - 1) })
    const around = (before: string, text: string, after: string) => fnv(before.repeat(200) + text + after.repeat(200))
    expect([inputHash(lists(200)), inputHash(lists(201))]).toEqual([around('[', '7', ']'), around('[', 'null', ']')])
    expect([inputHash(objects(200)), inputHash(objects(201))]).toEqual([around('{"a":', '7', '}'), around('{"a":', 'null', '}')])
    let deep: unknown = 7
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    expect(inputHash(deep)).toBe(inputHash(lists(201)))
  })
})
