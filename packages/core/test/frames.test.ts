import type { Frames, Head } from '@streamfold/core/codec'
import { escapeBody, frameHead, growFrames, readFrames, RS } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const head: Head = { type: 'tool', id: 'c1', name: 'search' }

/** What a reader sees of frames. */
function seen({ settled, last }: Frames) {
  return [...settled, last].map((frame) => [frame.head, frame.body])
}

const bodies = fc.string({
  unit: fc.constantFrom('a', '{', '"', '\n', RS, '😀', `${RS}{"type":"ask","id":"c1","approval":"x"}\n`),
  maxLength: 8,
})
const documents = fc.tuple(
  bodies,
  fc.array(fc.tuple(fc.constantFrom<Head>(head, { type: 'step' }, { type: 'reasoning' }), bodies), { maxLength: 5 }),
)

function written([first, rest]: readonly [string, readonly (readonly [Head, string])[]]): string {
  return escapeBody(first) + rest.map(([head, body]) => frameHead(head) + escapeBody(body)).join('')
}

describe('frames', () => {
  it('are read as they were written, whatever the texts contain', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const [first, rest] = document
        const expected = [...(first === '' && rest.length > 0 ? [] : [[undefined, first]]), ...rest]
        const frames = readFrames(written(document))
        expect(seen(frames)).toEqual(expected)
        expect(frames.held).toBe('')
      }),
      { numRuns: 1_000 },
    )
  })

  it('are the same however the data is cut', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.nat(12), { maxLength: 30 }), (document, cuts) => {
        const data = written(document)
        let frames = readFrames('')
        let at = 0
        for (const cut of cuts) {
          frames = growFrames(frames, data.slice(at, at + cut))
          at += cut
        }
        expect(seen(growFrames(frames, data.slice(at)))).toEqual(seen(readFrames(data)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('of a beginning are a beginning of the frames', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, cut) => {
        const data = written(document)
        const whole = seen(readFrames(data))
        const part = seen(readFrames(data.slice(0, cut % (data.length + 1)))).filter(
          ([head, body]) => head !== undefined || body !== '',
        )
        part.forEach(([head, body], at) => {
          expect(whole[at]![0]).toEqual(head)
          expect(String(whole[at]![1]).startsWith(String(body))).toBe(true)
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('that are unreadable have a head without a type', () => {
    expect(seen(readFrames(`a${RS}no json\nb${RS}[1]\nc`))).toEqual([
      [undefined, 'a'],
      [{}, 'b'],
      [{}, 'c'],
    ])
  })

  it('of two different increments do not share a line', () => {
    const one = readFrames('a')
    const [left, right] = [growFrames(one, 'b'), growFrames(one, 'c')]
    expect([left.last.body, right.last.body]).toEqual(['ab', 'ac'])
    expect(left.last.lineage).not.toBe(right.last.lineage)
    const more = growFrames(left, 'd')
    expect(more.last.lineage).toBe(left.last.lineage)
    expect(growFrames(more, 'e').last.lineage).toBe(left.last.lineage)
  })

  it('of two different continuations have their own parts', () => {
    const one = readFrames(`a${frameHead({ type: 'step' })}b`)
    const [left, right] = [growFrames(one, frameHead(head) + 'c'), growFrames(one, frameHead({ type: 'reasoning' }) + 'd')]
    const longer = growFrames(left, frameHead({ type: 'step' }) + 'e')
    const common = [
      [undefined, 'a'],
      [{ type: 'step' }, 'b'],
    ]
    expect(seen(one)).toEqual(common)
    expect(seen(left)).toEqual([...common, [head, 'c']])
    expect(seen(right)).toEqual([...common, [{ type: 'reasoning' }, 'd']])
    expect(seen(longer)).toEqual([...common, [head, 'c'], [{ type: 'step' }, 'e']])
    expect([0, 1, 2].map((at) => one.settled.at(at)?.body)).toEqual(['a', undefined, undefined])
    expect([0, 1, 2, 3].map((at) => longer.settled.at(at)?.body)).toEqual(['a', 'b', 'c', undefined])
  })

  it('give the rest of a body, of a shorter one too', () => {
    const one = readFrames('ab')
    const { body, lineage } = growFrames(one, 'cd').last
    expect([0, 1, 2, 3, 4].map((from) => lineage.rest(body, from))).toEqual(['abcd', 'bcd', 'cd', 'd', ''])
    expect([0, 1, 2].map((from) => one.last.lineage.rest(one.last.body, from))).toEqual(['ab', 'b', ''])
  })

  it('are the same object where nothing comes', () => {
    const frames = readFrames(`a${RS}{"type":`)
    expect(growFrames(frames, '')).toBe(frames)
  })
})
