// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { lastWords } from '../src/storage/last-words.ts'
import { message } from './message.ts'

test.each([
  [
    'one line, without marks',
    '# A title\n\n- **Bold**, `code` and _more_\n- [a link](https://x.test)',
    'A title Bold, code and more a link',
  ],
  ['what only looks like marks stays', '365 * 24 is my_own_name', '365 * 24 is my_own_name'],
  ['a table', '| a | b |', 'a b'],
  ['a fence', '```ts\nconst x = 1\n```', 'ts const x = 1'],
])('%s', (_, text, words) => {
  expect(lastWords([message({ text })])).toBe(words)
})

test('a message without text, or a deleted one, is passed over', () => {
  const messages = [message({ text: 'said' }), message({ text: 'taken back', status: 'deleted' }), message({ text: ' ' })]
  expect(lastWords(messages)).toBe('said')
  expect(lastWords([])).toBe('')
})

test('of a long message its beginning', () => {
  expect(lastWords([message({ text: 'word '.repeat(100_000) })])).toBe('word '.repeat(24).trim())
})
