import type { Citation, TextStreamPart, ToolSet } from 'ai'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { citePages } from '../src/tools/cite-pages.ts'
import { createFoundPages } from '../src/tools/found-pages.ts'

const page = (id: string) =>
  ({ type: 'source', sourceType: 'document', id, mediaType: 'text/markdown', title: id, filename: id }) as const

function pages(...ids: readonly string[]) {
  const found = createFoundPages()
  for (const id of ids) found.add(page(id))
  return found
}

/** What readers receive of a text that the model writes in these pieces. */
async function read(pieces: readonly string[], found = pages('a.md', 'b.md'), given: readonly Citation[] = []) {
  async function* model(): AsyncGenerator<TextStreamPart<ToolSet>> {
    yield { type: 'text-start', id: '0' }
    for (const text of pieces) yield { type: 'text-delta', id: '0', text }
    yield { type: 'text-end', id: '0', ...(given.length > 0 && { citations: [...given] }) }
  }
  let text = ''
  let citations: readonly Citation[] = []
  const parts: TextStreamPart<ToolSet>[] = []
  for await (const part of citePages(model(), found)) {
    parts.push(part)
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'text-end') citations = part.citations ?? []
  }
  const cited = citations.map(({ source, startIndex, endIndex }) => [source.id, text.slice(startIndex, endIndex)])
  return { text, cited, citations, parts }
}

describe('a reference of a model', () => {
  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ['It is so [1].', 'It is so.', [['a.md', 'It is so']]],
    ['It is so.[2]', 'It is so.', [['b.md', 'It is so.']]],
    [
      'One. Two [1, 2]. Three.',
      'One. Two. Three.',
      [
        ['a.md', 'Two'],
        ['b.md', 'Two'],
      ],
    ],
    [
      'Both [1][2]!',
      'Both!',
      [
        ['a.md', 'Both'],
        ['b.md', 'Both'],
      ],
    ],
    [
      '- one [1]\n- two [1]',
      '- one\n- two',
      [
        ['a.md', '- one'],
        ['a.md', '- two'],
      ],
    ],
  ])('%j is a citation', async (written, text, cited) => {
    for (const pieces of [[written], [...written]]) expect(await read(pieces)).toMatchObject({ text, cited })
  })

  test.each([
    'no such page [3], nor [1, 3] or [0]',
    'a link [1](https://a.test)',
    '[1]: https://a.test',
    'code `list[1]` and\n```\nlist[1]\n```',
    'escaped \\[1]',
    'no number [a], an open one [1',
  ])('%j is none', async (written) => {
    for (const pieces of [[written], [...written]]) expect(await read(pieces)).toMatchObject({ text: written, cited: [] })
  })

  test('is what it is wherever the text is cut', async () => {
    const words = fc.array(
      fc.constantFrom('[1]', '[2]', ' ', '[', ']', '(', 'a', '. ', '`', '\n', '1', ',', '9', ':', '\\', '😀'),
    )
    await fc.assert(
      fc.asyncProperty(words, fc.array(fc.nat(40)), async (all, cuts) => {
        const text = all.join('')
        const at = [0, ...cuts.filter((cut) => cut <= text.length).toSorted((one, other) => one - other), text.length]
        const whole = await read([text])
        expect(await read(at.slice(1).map((to, n) => text.slice(at[n], to)))).toMatchObject({
          text: whole.text,
          cited: whole.cited,
        })
        for (const { startIndex = 0, endIndex = 0 } of whole.citations) {
          expect(startIndex).toBeLessThanOrEqual(endIndex)
          expect(endIndex).toBeLessThanOrEqual(whole.text.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('moves what the provider itself cites', async () => {
    const given = [{ source: page('c.md'), startIndex: 7, endIndex: 10 }]
    expect(await read(['One [1]Two'], undefined, given)).toMatchObject({
      text: 'OneTwo',
      cited: [
        ['c.md', 'Two'],
        ['a.md', 'One'],
      ],
    })
  })
})

test('without pages a stream stays as it is', async () => {
  const pieces = ['a ', '[1', '] b', ' ']
  const { parts } = await read(pieces, pages())
  expect(parts).toEqual([
    { type: 'text-start', id: '0' },
    ...pieces.map((text) => ({ type: 'text-delta', id: '0', text })),
    { type: 'text-end', id: '0' },
  ])
})

test('a page that is found again keeps its number', () => {
  const found = pages('a.md', 'b.md')
  expect([found.add(page('b.md')), found.add(page('c.md')), found.add(page('a.md'))]).toEqual([2, 3, 1])
  expect(found.page(3)?.id).toBe('c.md')
  expect([found.page(0), found.page(4)]).toEqual([undefined, undefined])
})
