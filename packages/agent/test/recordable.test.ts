import { expect, it } from 'vitest'
import { fromRecorded, toRecorded } from '../src/journal/recordable.ts'

it.each<[string, unknown]>([
  ['dates, bytes and text', { at: new Date(5), bytes: new Uint8Array([0, 255]), text: 'a\u0000', list: [1, null, true] }],
  ['names of our own and of prototypes', JSON.parse('{"$streamfold":"date","__proto__":{"a":1},"constructor":2}')],
])('a journal gives back %s', (_, value) => {
  expect(fromRecorded(JSON.parse(JSON.stringify(toRecorded(value))) as never)).toEqual(value) // As an engine keeps it.
})

it.each<[string, unknown]>([
  ['Map', new Map([['a', 1]])],
  ['Set', new Set([1])],
  ['Promise', Promise.resolve(1)],
  ['ArrayBuffer', new ArrayBuffer(2)],
  ['Float32Array', new Float32Array(2)],
  ['Response', new Response('text')],
  ['bigint', 5n],
])('what JSON would say as an empty object is refused, and not lost: a %s', (name, value) => {
  expect(() => toRecorded({ value })).toThrow(`it holds a ${name}`)
})
