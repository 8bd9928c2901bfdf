// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { pieces } from './markdown-documents.ts'
import { byMarkdownIt } from './markdown-oracles.ts'
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

/** Inputs of a second round: each is what markdown-it makes of it, whole and streamed by the character. */
const texts: Readonly<Record<string, string>> = {
  identifiers:
    '_id, id_, __dunder__, a__b, a_b_, (_x_), `_y_`, *a_b*, **MAX_TOKENS**, user_id: `int`, x_1_y, _ a _, snake_, __init__.py',
  'identifiers at edges': '# get_user_id\n\n- my_list_item_\n- _x\n\n| a_b | _c_ |\n|---|---|\n| d_e_f | __g__ |',
  'odd targets':
    '[a](<b c>) [d](https://e.test/(f)) [g](https://h.test/\\)) [i](https://j.test/ "k \\" l") [m]( https://n.test/ ) [o](https://p.test/q_r_s) [t](mailto:u@v.test) [w](#x) [y]()',
  'brackets in links':
    '[a[0]](https://b.test/) [c\\]](https://d.test/) [`j]`](https://k.test/) *[k](https://l.test/)* [a [b](https://c.test/) d](https://e.test/)',
  'links over lines': '[a\nb](https://c.test/)\n[d](\nhttps://e.test/\n"f\ng"\n)',
  'all in a list':
    '1. a\n   - b\n\n     > c\n     > ```py\n     > d_e = *f\n     > ```\n\n     | g | h |\n     |---|---|\n     | i | j |\n\n     k\n   - l\n2. m\n\n       n\n',
  'a list in a quote in a list': '- a\n  > - b\n  >   1. c\n  >      d\n  > \n  > e\n- f',
  'fences where the item begins': '- ```js\n  a\n  ```\n- ~~~\n  b\n\n  c\n  ~~~\n1. > ```\n   > d\n   e',
  'windows line ends':
    '# a\r\n\r\n- b\r\n  - c\r\n\r\n    ```\r\n    d\r\n    ```\r\n\r\n> e\r\n> f\r\n\r\n| g | h |\r\n|:-:|--:|\r\n| i | j |\r\n\r\n[k]\r\n\r\n[k]: https://l.test/\r\n',
  'mixed line ends': 'a\r\rb\n\rc\r\n\n\rd  \re\\\r\nf',
  pointers: 'int *a, *b; char **argv; void (*fn)(int *, char **); a * b; *p++; (*p).x; &*p; x*y*z; a**b**c; 2 ** 3 ** 4',
  globs: '*.ts **/*.ts src/**/test_*.py !*.md [a-z]* {a,b}/* ~/x/~y foo/*/bar/*',
  formulas:
    '$x_1$ + $y_{i_2}$ = $$\\sum_{i=0}^{n_k} a_i * b_i$$ \\(a_b\\) 3*4*5 f*(x)*g a^*b^* x_i^2_j\n\n$$\nx_1 = \\frac{a_b}{c_d}\n$$',
  unfinished: '**a *b `c [d](e ~~f ![h\n\n> - ```\n> a **b',
  tabs: '\ta\n\n-\tb\n\tc\n\n\t\td\n\n1.\te\n\n\t- f\n\n>\tg\n\n#\th\n\n|\ti\t|\n|\t-\t|\n|\tj\t|',
  'Chinese and Japanese': '**中文**中文 中文**「引用」**中文 *日本語*、__太字__です ~~删除~~线 「**a**」 **（b）**c 한국**어**는',
  'text like HTML':
    'List<T> Map<string, number> a<b b>c <T> </div> <div class="x_y"> a < b > c x<y>z <https://a.test> <!-- c --> &lt;T&gt; vec<vec<int>>\n\n<div>\n*a*\n</div>\n\n<T>\nf',
  addresses:
    'http://a.test/b_c_d. https://e.test/f*g*h, (https://i.test/j_(k)) https://l.test/?m=n_o&p=*q* "https://r.test" https://c.test/d\\_e **https://a.test/** `https://d.test/` https://g.test/**h** *https://i.test/j_k*',
  'front matter': '---\ntitle: a_b_c\ntags: [d, e]\n---\n\n# f',
  emoji: '👩‍👩‍👧 **👍🏽** _🇩🇪_ `👾` :a_b: 1️⃣ **⚠️ Warning:** a **🎉**b [👾](https://a.test/👾)',
  'emphasis in emphasis': '***a** b* **a*b*c** *a**b**c* **a _b_ c** _a **b_ c** ****a**** **a***b* *a***b**',
  'odd tables': '|a|b|\n|-|-|\n|`c|d`|e|\n|f\\|g|*h|i*|\n||\n|j|\n|k|l|m|n|\n\na|b\n:-|-:\n1|2|3\n4\n# f',
  backslashes: 'C:\\Users\\_a\\*b \\\\server\\share \\n \\[ \\] \\( \\) \\$ \\- \\. \\\\_x_\\\\',
  'code spans': '`` ` `` ``` `` ``` ` ``a`` ` `a\\` b `` `c`d` ` ` `  ` `<b>` `&amp;`',
  'odd references':
    "[a][B] [b] [c][] [d][e] ![b]\n\n[b]: https://b.test/x_y_z\n[C]: <https://c.test/> 't'\n[e]:\nhttps://e.test/\n[f]: not a\n",
  'a long paragraph': `${'Call get_user_id(*args) or `x` and **so** on, [a] 2 * 3 < 4. '.repeat(12)}**end\n\n[a]: https://a.test/`,
}

test.each(Object.entries(texts))('%s: what markdown-it makes of it', (_, text) => {
  const expected = byMarkdownIt(text)
  expect(structureOf(render(text))).toBe(expected)
  expect(structureOf(renderPieces(text.split('')))).toBe(expected)
  for (const size of [3, 7, 40]) expect(structureOf(renderPieces(pieces(text, [size, 1])))).toBe(expected)
})
