// @vitest-environment happy-dom
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamingMarkdown } from '../src/markdown/streaming-markdown.ts'
import { gfmExamples } from './gfm-examples.ts'
import { documents, pieces } from './markdown-documents.ts'

const runs = Number(process.env['MARKDOWN_RUNS']) || 200

/** What is shown after each piece, and at the end. */
function* frames(text: string, lengths: readonly number[]) {
  const root = document.createElement('div')
  const markdown = createStreamingMarkdown(root)
  let source = ''
  for (const piece of pieces(text, lengths)) {
    source += piece
    markdown.update(source, false)
    yield { root, source, shown: shownIn(root) }
  }
  markdown.update(text, true)
  root.dataset['final'] = ''
  yield { root, source: text, shown: shownIn(root) }
}

function shownIn(root: HTMLElement): string {
  const copy = root.cloneNode(true) as HTMLElement // A clone is of the same kind.
  for (const bar of copy.querySelectorAll('.code-bar')) bar.remove()
  return copy.textContent
}

/** Whether a text is what remains of another one when characters are left out. */
function remainsOf(shown: string, source: string): boolean {
  let at = 0
  for (const character of shown) {
    at = source.indexOf(character, at) + character.length
    if (at < character.length) return false
  }
  return true
}

const solid = (text: string) => text.replace(/\s/g, '')
/** Words, without what a mark may hide: see `documents`. */
const words = (text: string) => text.replace(/[^\p{Ll}\p{Lo}]/gu, '')

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 })

test('every frame shows text of the source, in its order, and nothing else', () => {
  fc.assert(
    fc.property(documents, cuts, (text, lengths) => {
      for (const { source, shown } of frames(text, lengths)) expect(remainsOf(solid(shown), solid(source)), shown).toBe(true)
    }),
    { numRuns: runs },
  )
})

test('a word that is shown stays', () => {
  fc.assert(
    fc.property(documents, cuts, (text, lengths) => {
      let before = ''
      for (const { shown } of frames(text, lengths)) {
        expect(remainsOf(words(before), words(shown)), `${before} → ${shown}`).toBe(true)
        before = shown
      }
    }),
    {
      numRuns: runs,
      // Addresses that are ones only once their brackets are in pairs, or that begin on a line of their own.
      examples: [
        ['[REF]:\nthe](HTTPS://A.TEST/B_C)\n', [1]],
        ['> [REF]:\n> the](B)\n', [1]],
        ['- [REF]:\n  the](B)\n', [1]],
        ['[](\nthe)\n', [1]],
        ['![](  the)\n', [1]],
      ],
    },
  )
})

test('blocks before the last three are never replaced', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom(...Object.values(gfmExamples)), documents), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(texts, cuts, (parts, lengths) => {
      let before: Element[] = []
      for (const { root } of frames(parts.join('\n\n'), lengths)) {
        const now = Array.from(root.children)
        for (const [index, element] of before.slice(0, -3).entries()) expect(now[index]).toBe(element)
        before = now
      }
    }),
    { numRuns: runs / 4 },
  )
})

test('a link whose definition comes later is drawn where its text is, whatever became of that text meanwhile', () => {
  for (const [text, address] of [
    ['a [b]\n---\n\nc\n\n[b]: https://b.test/', 'h4 > a'],
    ['- a [b]\n\n- c\n\nd\n\n[b]: https://b.test/', 'li > p > a'],
    ['x\n- a [b]\n- [b]\n\nd\n\n[b]: https://b.test/', 'li + li > a'],
    ['a [b] | c\n--|--\n\nd\n\n[b]: https://b.test/', 'th > a'],
  ] as const) {
    for (const { root, source } of frames(text, [1])) {
      if (source === text && root.dataset['final'] === '') expect(root.querySelector(address), text).toBeTruthy()
    }
  }
})

test('code in a list is coloured when it is complete, not with each word', () => {
  for (const { root, source } of frames('- a\n\n  ```ts\n  const a\n  const b\n  ```\n\n- c', [1])) {
    const code = root.querySelector('code')
    if (code && !source.includes('```\n\n')) expect(code.childNodes.length).toBeLessThan(2)
  }
})

test('marks at the open end are not seen before they mean something', () => {
  const shown: Readonly<Record<string, readonly string[]>> = {
    'a **bold** b': ['a', 'a', 'a', 'a', 'a b', 'a bo', 'a bol', 'a bold', 'a bold', 'a bold', 'a bold', 'a bold b'],
    '[a](https://b.test)': ['', ...Array.from({ length: 18 }, () => 'a')],
    '- [x] y': ['', '', '', '', '', '', 'y'],
    '| a |': ['', '', 'a', 'a', 'a'],
    '```ts\nx': ['', '', '', '', '', '', 'x'],
    'a\n---': ['a', 'a', 'a', 'a', 'a'],
    get_id: ['g', 'ge', 'get', 'get', 'get_i', 'get_id'],
    '2*3 = 6': ['', '2', '2*3', '2*3', '2*3 =', '2*3 =', '2*3 = 6'],
  }
  for (const [text, expected] of Object.entries(shown)) {
    const seen = Array.from(frames(text, [1]), (frame) => frame.shown.trim())
    expect(seen.slice(0, -1), text).toEqual(expected)
  }
})

test('unclosed emphasis, code and links look as if they were closed, and are what they are at the end', () => {
  for (const [text, open, closed] of [
    ['a **b', 'a <strong>b</strong>', 'a **b'],
    ['a *b **c', 'a <em>b <strong>c</strong></em>', 'a *b **c'],
    ['a ~~b', 'a <s>b</s>', 'a ~~b'],
    ['a `b **c', 'a <code>b **c</code>', 'a `b **c'],
    ['a [b **c**](https://d', 'a b <strong>c</strong>', null],
    ['这是**粗体', '这是<strong>粗体</strong>', '这是**粗体'],
    ['src/**/*.ts', 'src/**/*.ts', 'src/**/*.ts'],
  ] as const) {
    const seen = Array.from(frames(text, [1]), ({ root }) => root.querySelector('p')?.innerHTML)
    expect(seen.at(-2)).toBe(open)
    if (closed !== null) expect(seen.at(-1)).toBe(closed)
  }
})
