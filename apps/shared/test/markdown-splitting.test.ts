// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest'
import { render, renderPieces } from './markdown-page.ts'

const texts: Readonly<Record<string, string>> = {
  prose: 'Hello **bold *both* bold** and _em_ `code` ~~gone~~.\n\nNext line\nbroken  line.',
  headings: '# One\n## Two\ntext\n### Three\n\n---\n\nend',
  lists: '- a\n- b\n  - c\n  - d\n\n1. x\n2. y\n   continued\n\n- [ ] todo\n- [x] done\n',
  code: 'Run:\n\n```ts\nconst a = `x ${1}`\n\nif (a) { [a][0]!() }\n```\n\nand `a $b [c](d) !` done\n',
  table: '| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 | `4` |\n\nafter',
  quote: '> quoted\n> more\n\nplain',
  links: 'See [the docs](https://ably.com/docs), https://ably.com/x. and list[0] or [unclosed\n\nnew paragraph',
  brokenLink: 'A [link](https://never closed\n\n## Heading\n\ntext)',
  images: 'An ![alt text](https://x.test/i.png) image! And wow![x]',
  dollars: 'It costs $HOME and $5, \\$ escaped, $$ twice\n\nnext \\(x^2\\) and \\[\ny\n\\]\n\nend',
  emoji: 'Café 👩‍👩‍👧 𝒳 ok 🎉\n\nمرحبا **بالعالم**',
  html: 'a <b>bold</b> <br> <script>alert(1)</script> & &amp; <img src=x onerror=alert(1)>',
  unfinished: 'text **bold and `code\n\n```js\nlet x',
}

describe.each(Object.entries(texts))('%s', (_, text) => {
  const whole = render(text).innerHTML

  test('is the same in two pieces, cut anywhere', () => {
    for (let cut = 1; cut < text.length; cut++) {
      expect(renderPieces([text.slice(0, cut), text.slice(cut)]).innerHTML, `cut at ${cut}`).toBe(whole)
    }
  })

  test('is the same character by character', () => {
    expect(renderPieces(text.split('')).innerHTML).toBe(whole)
  })

  test('looks the same as when it was last reviewed', () => {
    expect(whole).toMatchSnapshot()
  })
})
