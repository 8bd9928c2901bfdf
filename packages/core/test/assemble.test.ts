import type { Frames, Head } from '@streamfold/core/codec'
import { frameHead, growFrames, readFrames } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { indexOf } from '../src/messages/part-index.ts'
import { assemble } from '../src/messages/parts.ts'

const read = (...frames: readonly (readonly [Head, string?])[]) =>
  readFrames(frames.map(([head, body = '']) => frameHead(head) + body).join(''))
const block = (frames: Frames, isApart = false) => ({ frames, isApart })
const made = (...blocks: Parameters<typeof assemble>[0]) => assemble(blocks, 'assistant', 'going')

const call = [{ type: 'tool', id: 'c', name: 'look' }, '{}'] as const
/** Of a message of its own: what is read of one is known in the next test, too. */
const begun = () => block(readFrames('a'))

describe('a message of which another state has been read', () => {
  it('has the parts of the new one, where a text is no longer one of its own', () => {
    const first = begun()
    const [second, third] = [readFrames('b'), block(readFrames('c'))]
    expect(made(first, block(second, true), third).text).toBe('a\n\nbc')
    expect(made(first, block(second), third).text).toBe('abc')
  })

  it('has the new type of a part whose body is the same', () => {
    const first = begun()
    expect(made(first, block(read([{ type: 'text', id: 't' }, 'b']))).parts[1]).toMatchObject({ type: 'text' })
    expect(made(first, block(read([{ type: 'reasoning', id: 't' }, 'b']))).parts[1]).toMatchObject({ type: 'reasoning' })
  })

  it('has a new citation and a new request', () => {
    const first = begun()
    const text = [{ type: 'text', id: 't' }, 'b'] as const
    const cite = (source: string) => [{ type: 'cite', source }] as const
    for (const [frames, citations] of [
      [read(text), undefined],
      [read(text, cite('u')), [{ sourceId: 'u' }]],
      [read(text, cite('v')), [{ sourceId: 'v' }]],
    ] as const)
      expect((made(first, block(frames)).parts[1] as { citations?: unknown }).citations).toEqual(citations)
    expect(made(first, block(read(call))).parts[1]).not.toHaveProperty('approval')
    const asked = read(call, [{ type: 'ask', id: 'c', approval: 'x' }])
    expect(made(first, block(asked)).parts[1]).toHaveProperty('approval', { id: 'x' })
  })

  it('has the data of the new one, where two went on from the same', () => {
    const dataOf = (frames: Frames) => (made(block(frames)).parts[0] as { data?: unknown }).data
    const base = read([{ type: 'data', name: 'd' }, '[1'])
    expect(dataOf(growFrames(base, ',2'))).toEqual([1, 2])
    expect(dataOf(growFrames(base, ',2,3'))).toEqual([1, 2, 3])
    const other = read([{ type: 'data', name: 'd' }, '[1'])
    expect(dataOf(growFrames(other, ',2'))).toEqual([1, 2])
    expect(dataOf(growFrames(other, ',[1,2'))).toEqual([1, [1, 2]])
  })

  it('keeps a part to which nothing is added', () => {
    const before = read([{ type: 'reasoning', id: 'r' }, 'hm'])
    const [part] = made(block(before)).parts
    const source = frameHead({ type: 'source', id: 'u', url: 'https://a.test' })
    expect(made(block(growFrames(before, source))).parts[0]).toBe(part)
  })

  it('says which parts are new: also a text that was hidden before, because it had not begun', () => {
    const source = frameHead({ type: 'source', id: 'u', url: 'https://a.test' })
    for (const [body, changed] of [
      ['', [0, 1]],
      ['a', [1]],
    ] as const) {
      const before = read([{ type: 'text' }, body])
      expect(made(block(before)).parts).toHaveLength(body.length)
      expect(indexOf(made(block(growFrames(before, source))).parts)?.changed).toEqual(changed)
    }
  })
})
