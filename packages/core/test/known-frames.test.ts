import type { Head } from '@streamfold/core/codec'
import { readFrames } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { carryNothing, copyCarried } from '../src/codecs/ai-transport/write/carried-parts.ts'
import { allFrames, extendKnown } from '../src/codecs/ai-transport/write/known-frames.ts'
import { dataOf } from './their-channel.ts'

const step: Head = { type: 'step' }
const text = (id: string): Head => ({ type: 'text', id })

describe('frames that are known', () => {
  const read = (first: string, ...frames: Parameters<typeof dataOf>[1]) => readFrames(dataOf(first, frames))
  const known = read('a', [step], [text('t'), 'bc'])

  it('stay the same objects in data that begins with them', () => {
    for (const next of [
      read('a', [step], [text('t'), 'bc']),
      read('a', [step], [text('t'), 'bcd']),
      read('a', [step], [text('t'), 'bc'], [text('u'), 'd']),
    ]) {
      const extended = extendKnown(known, next)!
      expect(allFrames(extended).map(({ head, body }) => [head, body])).toEqual(
        allFrames(next).map(({ head, body }) => [head, body]),
      )
      expect(allFrames(extended).slice(0, 2)).toEqual(allFrames(known).slice(0, 2))
      for (const at of [0, 1]) expect(allFrames(extended)[at]).toBe(allFrames(known)[at])
      const isSame = allFrames(next)[2]!.body === 'bc'
      expect(allFrames(extended)[2] === allFrames(known)[2]).toBe(isSame)
    }
    expect(extendKnown(readFrames(''), known)).toBeDefined()
  })

  it.each([
    ['less', read('a', [step])],
    ['less of a text', read('a', [step], [text('t'), 'b'])],
    ['another text', read('a', [step], [text('t'), 'abc'])],
    ['another head', read('a', [step], [text('u'), 'bc'])],
    ['another head before', read('a', [text('s')], [text('t'), 'bc'])],
    ['more text before', read('ab', [step], [text('t'), 'bc'])],
    ['nothing', readFrames('')],
  ])('are not those of data that has %s', (_, next) => {
    expect(extendKnown(known, next)).toBeUndefined()
  })
})

it('what is carried is copied, so that later changes leave the copy as it is', () => {
  const carried = carryNothing()
  carried.calls.set('c', { is: 'call', head: {}, text: 'a', stream: undefined, isClosed: false })
  carried.open = { is: 'whole', head: {}, text: 'b' }
  const copy = copyCarried(carried)
  expect(copy).toEqual(carried)
  carried.calls.get('c')!.text = 'other'
  carried.open.text = 'other'
  carried.calls.clear()
  expect([copy.calls.get('c')?.text, copy.open?.text]).toEqual(['a', 'b'])
  expect(copyCarried(carryNothing())).toEqual(carryNothing())
})
