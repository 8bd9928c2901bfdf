// @own-process: it weighs the heap
import msgpack from '@ably/msgpack-js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMsgpack } from '../src/protocol/msgpack-decode.ts'
import { encodeMsgpack } from '../src/protocol/msgpack-encode.ts'

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 127, 128, -33, 255, 65_536, 2 ** 32, -(2 ** 31) - 1, 2 ** 53 - 1),
)
const text = fc.string({ unit: 'binary', maxLength: 60 })
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('any'), { maxLength: 20 }), fc.dictionary(text, tie('any'))),
  leaf: fc.oneof(
    fc.constantFrom(null, true, false, 0.5, -1e300),
    whole,
    text,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  ),
})).any

describe('the msgpack codec', () => {
  it("writes the bytes of the client's own codec", () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(encodeMsgpack(each)).toEqual(Buffer.from(msgpack.encode(each)))
      }),
    )
  })

  it('leaves out absent fields, as the client does', () => {
    const sparse = { a: undefined, b: [{ c: undefined, d: 'x' }] }
    expect(encodeMsgpack(sparse)).toEqual(Buffer.from(msgpack.encode(sparse, true)))
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(encodeMsgpack(decodeMsgpack(encodeMsgpack(each)))).toEqual(encodeMsgpack(each))
      }),
    )
  })

  it.each([
    ['lists', 'dcffff'],
    ['long lists', 'ddffffffff'],
    ['maps', 'deffff'],
    ['maps in maps', 'deffffa161'],
  ])('takes no memory for %s that claim more entries than there are bytes', (_, header) => {
    for (const [levels, padding] of [
      [500, 0],
      [500, 200_000],
      [3000, 200_000],
    ] as const) {
      const claim = Buffer.concat([Buffer.from(header.repeat(levels), 'hex'), Buffer.alloc(padding, 0xc0)])
      const before = process.memoryUsage()
      expect(() => decodeMsgpack(claim)).toThrow(RangeError)
      const after = process.memoryUsage()
      expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(64 * 1024 * 1024)
    }
  })

  it.each([
    ['an extension', 'd6ff5f000000'],
    ['a record of msgpackr', 'd4724093a161a162a16301'],
    ['a reserved type', 'c1'],
    ['bytes behind the value', '0101'],
    ['a list that is cut off', '92'],
    ['a map as a key', '818001'],
    ['nothing', ''],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeMsgpack(Buffer.from(bytes, 'hex'))).toThrow(RangeError)
  })

  it('reads integers of 64 bits as numbers', () => {
    expect(decodeMsgpack(Buffer.from('cf0020000000000000', 'hex'))).toBe(2 ** 53)
    expect(decodeMsgpack(Buffer.from('d38000000000000000', 'hex'))).toBe(-(2 ** 63))
  })
})
