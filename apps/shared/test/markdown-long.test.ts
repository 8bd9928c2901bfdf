// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStreamingMarkdown } from '../src/markdown/streaming-markdown.ts'
import { structureOf } from './markdown-structure.ts'

let due: (() => void)[] = []
beforeEach(() => {
  due = []
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => due.push(draw))
})
afterEach(() => vi.unstubAllGlobals())

/** Draws a text that arrives in so many pieces, each of them whole before the next. */
function drawn(text: string, pieces: number): HTMLElement {
  const root = document.createElement('div')
  const markdown = createStreamingMarkdown(root)
  for (let piece = 1; piece <= pieces; piece++) {
    markdown.update(text.slice(0, (text.length * piece) / pieces), false)
    for (let frames = 0; frames < 5; frames++) nextFrame()
  }
  markdown.update(text, true)
  for (let frames = 0; due.length > 0; frames++) {
    expect(frames).toBeLessThan(20_000)
    nextFrame()
  }
  root.normalize()
  return root
}

function nextFrame(): void {
  const now = due
  due = []
  for (const draw of now) draw()
}

const lines = (count: number, line: (n: number) => string) => Array.from({ length: count }, (_, n) => line(n)).join('')

const texts: Readonly<Record<string, string>> = {
  list: `before\n\n${lines(1_500, (n) => `- item ${n} of **it**\n`)}\nafter`,
  'loose list': `${lines(2_000, (n) => `- item ${n}\n\n  more\n\n`)}after`,
  'numbered list': `${lines(2_000, (n) => `${n + 5}. item ${n}\n`)}\nafter`,
  'list that is numbered one': `${lines(2_000, (n) => `1. item ${n}\n`)}\nafter`,
  'nested list': `- a\n${lines(4_000, (n) => `  - item ${n} of it\n`)}\nafter **all**`,
  table: `| a | b |\n|---|--:|\n${lines(1_500, (n) => `| row ${n} | c_d |\n`)}\nafter`,
  tables: `${lines(300, (n) => `| a | b |\n|---|---|\n| ${n} | **2** |\n| 3 | 4 |\n\ntext\n\n`)}after`,
  'empty cells': `${'|a'.repeat(900)}|\n${'|-'.repeat(900)}|\n${lines(9, (n) => `|${n}\n`)}\nafter`,
  quote: `${lines(2_000, (n) => `> quoted ${n}\n>\n`)}\nafter`,
  'list in a quote': `${lines(1_500, (n) => `> - quoted ${n}\n`)}\nafter`,
  'paragraph in a quote': `${lines(3_000, (n) => `> quoted ${n} **b**\n`)}\nafter`,
  code: `before\n\n\`\`\`ts\n${lines(4_000, (n) => `const a_${n} = *b\n${n % 50 === 0 ? '\n' : ''}`)}\`\`\`\nafter`,
  'code that is not closed': `\`\`\`\n${lines(4_000, (n) => `  const a_${n} = *b\n`)}`,
  'code in one line': `\`\`\`\n${'a `b` ```c '.repeat(12_000)}\n\`\`\`\nafter`,
  'indented code': `${lines(4_000, (n) => `    const a_${n} = *b\n`)}\nafter`,
  'code in a list': `- a\n\n  \`\`\`\n${lines(4_000, (n) => `  const a_${n} = *b\n`)}  \`\`\`\n\nafter`,
  paragraph: `${'some words of it '.repeat(5_000)}\n\nafter`,
  word: `${'word'.repeat(20_000)}\n\nafter`,
  emoji: `${'👩‍👩‍👧'.repeat(12_000)}\n\nafter`,
  definitions: `${lines(1_500, (n) => `[label ${n}]: https://a.test/${n}\n`)}\nafter [label 7]`,
  prose: lines(400, (n) => `Some **words** of ${n}, \`code\` and [a link](https://a.test/).\n\n`),
}

const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')

// Messages, not differences: those of a hundred thousand characters take minutes.
const same = (one: string, other: string) => (one === other ? 'the same' : firstDifference(one, other))

function firstDifference(one: string, other: string): string {
  let at = 0
  while (one[at] === other[at]) at++
  return `at ${at}: ${one.slice(at - 40, at + 40)} ≠ ${other.slice(at - 40, at + 40)}`
}

describe.each(Object.entries(texts))('a long answer of one kind: %s', (name, text) => {
  test('is the same in pieces', () => {
    const root = drawn(text, 1)
    for (const pieces of [3, 17]) expect(same(structureOf(drawn(text, pieces)), structureOf(root))).toBe('the same')
  })

  test('has all its words, in their order', () => {
    const root = drawn(text, 5)
    for (const bar of root.querySelectorAll('.code-bar')) bar.remove()
    if (name === 'definitions') return expect(root.textContent).toBe('after label 7')
    const written = text
      .replace(/^```ts$/gm, '')
      .replaceAll('](https://a.test/)', '')
      .replace(/^\d+\. /gm, '')
    expect(same(letters(root.textContent), letters(written))).toBe('the same')
  })
})

test('what is split counts on, and the columns stand as before', () => {
  const numbered = drawn(texts['numbered list']!, 7)
  const lists = Array.from(numbered.querySelectorAll('ol'))
  expect(lists.length).toBeGreaterThan(1)
  let next = 5
  for (const list of lists) {
    expect(Number(list.getAttribute('start') ?? 1)).toBe(next)
    next += list.children.length
  }
  const ones = Array.from(drawn(texts['list that is numbered one']!, 7).querySelectorAll('ol'))
  expect(Number(ones[1]!.getAttribute('start'))).toBe(ones[0]!.children.length + 1)
  const tables = Array.from(drawn(texts['table']!, 7).querySelectorAll('table'))
  expect(tables.length).toBeGreaterThan(1)
  expect(tables[1]!.querySelector('thead')).toBeNull()
  expect(tables[1]!.querySelector('td + td')!.getAttribute('data-align')).toBe('end')
})

test('long code is one block, to be copied whole', () => {
  for (const name of ['code', 'code that is not closed', 'code in one line']) {
    const text = texts[name]!
    const code = drawn(text, 9).querySelectorAll('code')
    expect(code).toHaveLength(1)
    expect(same(code[0]!.textContent, /```\w*\n([^]*?)\n(?:```\nafter)?$/.exec(text)![1]!)).toBe('the same')
  }
})

test('a table with thousands of columns is text', () => {
  const root = drawn(`${'|a'.repeat(5_000)}|\n${'|-'.repeat(5_000)}|\n${'|b'.repeat(5_000)}|\n`, 4)
  expect(root.querySelectorAll('table')).toHaveLength(0)
  expect(letters(root.textContent)).toHaveLength(10_000)
})

test('cells that the source does not write are limited', () => {
  const root = drawn(`${'|a'.repeat(999)}|\n${'|-'.repeat(999)}|\n${lines(500, () => '|b\n')}\n`, 4)
  expect(root.querySelectorAll('td').length).toBeLessThan(100_000)
  expect(letters(root.textContent)).toHaveLength(999 + 500)
})
