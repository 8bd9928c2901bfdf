// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { createStreamingMarkdown } from '../src/markdown/streaming-markdown.ts'

function page() {
  const root = document.createElement('div')
  return { root, markdown: createStreamingMarkdown(root) }
}

test('growing keeps what is on the page', () => {
  const { root, markdown } = page()
  markdown.update('# Title\n\nFirst', false)
  const heading = root.firstElementChild
  const text = root.querySelector('p')!.firstChild
  markdown.update('# Title\n\nFirst and second.', false)
  expect(root.firstElementChild).toBe(heading)
  expect(root.querySelector('p')!.firstChild).toBe(text)
  markdown.update('# Title\n\nFirst and second.', true)
  expect(root.textContent).toBe('TitleFirst and second.')
})

test('an answer that pauses is shown to its last letter', () => {
  for (const [text, shown] of [
    ['Just a moment', 'Just a moment'],
    ['One. Two.', 'One. Two.'],
    ['# A title', 'A title'],
    ['**bold', 'bold'],
    ['an [unfinished', 'an unfinished'],
    ['Run `npm', 'Run npm'],
    ['- a\n- bcd', 'abcd'],
    ['| a |\n|---|\n| cell', 'acell'],
    ['مرحبا', 'مرحبا'],
  ] as const) {
    const { root, markdown } = page()
    for (let end = 1; end <= text.length; end++) markdown.update(text.slice(0, end), false)
    expect(root.textContent.replace(/\s+/g, ' ').trim()).toBe(shown)
  }
})

test('a text that was replaced leaves nothing of the old one', () => {
  const { root, markdown } = page()
  markdown.update('The secret is 1234', false)
  markdown.update('The secret was removed', false)
  markdown.update('The secret was removed', true)
  expect(root.textContent).toBe('The secret was removed')
})

test('an answer that goes on after its end is whole', () => {
  const { root, markdown } = page()
  markdown.update('**one', true)
  markdown.update('**one** two', false)
  markdown.update('**one** two', true)
  expect(root.innerHTML).toBe('<p dir="auto"><strong>one</strong> two</p>')
})

test('nothing held back is lost at the end', () => {
  for (const text of ['wow!', 'a [b](c', 'x `y', 'a *', '**', '```', '$', 'tail \\', '| a', 'h', '<br', '~', '- ', '# ']) {
    const { root, markdown } = page()
    markdown.update(text, true)
    const shown = root.textContent.replace(/\s/g, '')
    for (const letter of text.match(/[a-z]/g) ?? []) expect(shown, text).toContain(letter)
  }
})

test('code blocks name their language and can be copied', () => {
  const { root, markdown } = page()
  markdown.update('```ts\nconst a = 1\n```\n', true)
  expect(root.querySelector('.code-bar')?.getAttribute('data-language')).toBe('ts')
  expect(root.querySelector('.code button')?.textContent).toContain('Copy')
  expect(root.querySelector('code')?.textContent).toBe('const a = 1')
})

test('columns stand as the line below their head says, also where it comes in pieces', () => {
  const text = '| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n\nafter'
  const { root, markdown } = page()
  for (let end = 1; end <= text.length; end++) markdown.update(text.slice(0, end), end === text.length)
  const sides = [...root.querySelectorAll('th, td')].map((cell) => cell.getAttribute('data-align'))
  expect(sides).toEqual([null, 'center', 'end', null, 'center', 'end'])
})
