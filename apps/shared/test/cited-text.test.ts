import type { Citation } from '@streamfold/core'
import { expect, test } from 'vitest'
import { citedText } from '../src/parts/cited-text.ts'
import { numberSources, sourceNumbers, sourceView } from '../src/parts/sources.ts'

const numbers = new Map([
  ['a', 1],
  ['b', 2],
])
const cited = (text: string, citations: readonly Citation[], state: 'streaming' | 'done' = 'done') =>
  citedText({ type: 'text', text, state, citations }, numbers)

test('a mark stands where its citation ends, in the order of the text', () => {
  expect(
    cited('One. Two.', [
      { sourceId: 'b', end: 9 },
      { sourceId: 'a', start: 0, end: 4 },
    ]),
  ).toBe('One.[1](#cite-1) Two.[2](#cite-2)')
})

test('the same mark stands once in a place', () => {
  expect(
    cited('One.', [
      { sourceId: 'a', end: 4 },
      { sourceId: 'a', end: 4, quote: 'x' },
    ]),
  ).toBe('One.[1](#cite-1)')
})

test('a citation without a place, or behind the end, waits for the end of the text', () => {
  const citations = [{ sourceId: 'a' }, { sourceId: 'b', end: 99 }]
  expect(cited('One', citations, 'streaming')).toBe('One')
  expect(cited('One', citations)).toBe('One[1](#cite-1)[2](#cite-2)')
})

test('a source that is not known has no mark', () => {
  expect(
    cited('One', [
      { sourceId: 'zzz', end: 3 },
      { sourceId: 'a', end: -3 },
      { sourceId: 'b', end: Number.NaN },
    ]),
  ).toBe('One[1](#cite-1)[2](#cite-2)')
})

test.each([
  ['inline code', 'Use `rewind` now', 7, 'Use `rewind`[1](#cite-1) now'],
  ['a link', 'See [the docs](https://x.test/) now', 9, 'See [the docs](https://x.test/)[1](#cite-1) now'],
  ['an address', 'See [the docs](https://x.test/) now', 20, 'See [the docs](https://x.test/)[1](#cite-1) now'],
  ['code', '```\none two\n```\n', 7, '```\none two\n```\n[1](#cite-1)'],
  ['a character', 'a🎉b', 2, 'a🎉[1](#cite-1)b'],
  ['an escape', 'a\\*b', 2, 'a\\*[1](#cite-1)b'],
])('a mark is never within %s', (_, text, end, expected) => {
  expect(cited(text, [{ sourceId: 'a', end }])).toBe(expected)
})

test('after an exclamation mark, a mark is no image', () => {
  expect(cited('Yes!', [{ sourceId: 'a', end: 4 }])).toBe('Yes!\u{2060}[1](#cite-1)')
})

test('while the text grows, the marked text grows', () => {
  const text = 'One. Two `code` and [a link](https://x.test/) more. Three.'
  const all = [4, 12, 25, 51, 58].map((end) => ({ sourceId: 'a', end }))
  let before = ''
  for (let length = 0; length <= text.length; length++) {
    const now = cited(
      text.slice(0, length),
      all.filter(({ end }) => end <= length),
      'streaming',
    )
    // A mark in a piece of Markdown that is still open moves behind it.
    if (!/^[^`]*`[^`]*$|\[[^\]]*$|\]\([^)]*$/.test(text.slice(0, length))) {
      expect(now.startsWith(before)).toBe(true)
      before = now
    }
  }
  expect(before.match(/#cite-1/g)).toHaveLength(5)
})

const source = (sourceId: string, url: string, title?: string) =>
  ({ type: 'source-url', sourceId, url, ...(title && { title }) }) as const

test('sources are numbered in their order, each page once', () => {
  const parts = [
    source('a', 'https://x.test/1'),
    { type: 'text', text: 'x', state: 'done' } as const,
    source('b', 'https://x.test/2'),
    source('c', 'https://x.test/1'),
    { type: 'source-document', sourceId: 'd', mediaType: 'application/pdf', title: 'Report' } as const,
  ]
  expect(numberSources(parts).map(({ number, part }) => [number, part.sourceId])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'd'],
  ])
  expect([...sourceNumbers(parts)]).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 1],
    ['d', 3],
  ])
})

test('a source says where it leads, and leads nowhere else', () => {
  expect(sourceView(source('a', 'https://www.example.com/docs', 'The docs'))).toEqual({
    title: 'The docs',
    place: 'example.com',
    href: 'https://www.example.com/docs',
  })
  expect(sourceView(source('a', 'https://example.com/docs'))).toMatchObject({ title: 'example.com', place: '' })
  expect(sourceView(source('a', 'javascript:alert(1)', 'Click me'))).toEqual({ title: 'Click me', place: '', href: undefined })
})
