// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { render, renderPieces } from './markdown-page.ts'
import { structureOf } from './markdown-structure.ts'

/** Where markdown-it itself does otherwise than GFM, or loses a text. */
const cases: Readonly<Record<string, readonly [text: string, structure: string]>> = {
  'marks around an address are not part of it': [
    '_https://a.test/b_c_ ~~https://d.test/~~ __https://e.test/__ *www.f.test/g_h* see www.i.test/j_ _k_',
    '<p><em><a https://a.test/b_c>https://a.test/b_c</a></em> <s><a https://d.test/>https://d.test/</a></s> <strong><a https://e.test/>https://e.test/</a></strong> <em><a http://www.f.test/g_h>www.f.test/g_h</a></em> see <a http://www.i.test/j>www.i.test/j</a>_ <em>k</em></p>',
  ],
  'a footnote of one word is text': [
    'a[^1] b[^2]\n\n[^1]: Smith\n[^2]: https://b.test/c',
    '<p>a[^1] b[^2]</p><p>[^1]: Smith\n[^2]: <a https://b.test/c>https://b.test/c</a></p>',
  ],
}

test.each(Object.entries(cases))('%s', (_, [text, structure]) => {
  expect(structureOf(render(text))).toBe(structure)
  expect(structureOf(renderPieces(text.split('')))).toBe(structure)
})

test('what is nested too deep keeps its lines', () => {
  const list = Array.from({ length: 60 }, (_, depth) => `${'  '.repeat(depth)}- item${depth}`).join('\n')
  expect(render(list).textContent).toMatch(/item40\nitem41\nitem42/)
  const quote = `${'> '.repeat(60)}a\n${'> '.repeat(60)}\n${'> '.repeat(60)}b`
  expect(render(quote).textContent).toBe('a\nb')
})
