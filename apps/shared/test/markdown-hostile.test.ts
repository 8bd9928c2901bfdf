// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { render } from './markdown-page.ts'

const attacks = [
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x]( javascript:alert(1))',
  '[x](\tjavascript:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox)',
  '[x](file:///etc/passwd)',
  '[x](//evil.test)',
  '[x](/relative)',
  '[x](#here)',
  '[x](https://ok.test" onclick="alert(1))',
  '![x](javascript:alert(1))',
  '![x](https://tracker.test/pixel.png)',
  '[![x](https://tracker.test/p.png)](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<iframe src="https://evil.test"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '```"><script>alert(1)</script>\ncode\n```',
  '1000000000000000000000. x\n',
  '> '.repeat(500) + 'deep',
  Array.from({ length: 100 }, (_, i) => `${' '.repeat(i * 2)}- x`).join('\n'),
  '*_'.repeat(400) + 'x',
  '['.repeat(500) + 'x' + ']('.repeat(500),
  '|'.repeat(500) + '\n' + '|-'.repeat(200) + '\n',
  '__proto__ constructor \u0000 \uD800 \u202E reversed',
]

test.each(attacks)('%j makes nothing that runs or fetches', (text) => {
  const root = render(text)
  expect(root.querySelectorAll('script, iframe, img, style, object, embed, form, svg')).toHaveLength(0)
  for (const element of root.querySelectorAll('*')) {
    for (const { name } of Array.from(element.attributes)) expect(name).not.toMatch(/^on|^style$|^src$/)
  }
  for (const link of root.querySelectorAll('a[href]')) {
    expect(link.getAttribute('href')).toMatch(/^(https?|mailto):/)
    expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow')
    expect(link.getAttribute('target')).toBe('_blank')
  }
})

test('a link that is not followed keeps its text', () => {
  expect(render('go [there](javascript:alert(1)) now').textContent).toContain('there')
})

test('deep nesting is drawn flat', () => {
  let depth = 0
  for (let node = render('> '.repeat(500) + 'deep').querySelector('p'); node; node = node.parentElement as typeof node) depth++
  expect(depth).toBeLessThan(40)
})

test('raw HTML is text', () => {
  expect(render('a <b>bold</b>').textContent).toBe('a <b>bold</b>')
})

test('a megabyte is rendered in reasonable time', () => {
  const started = performance.now()
  render('word **bold** `code` [l](https://x.test) $x !\n\n'.repeat(20_000))
  expect(performance.now() - started).toBeLessThan(20_000)
})
