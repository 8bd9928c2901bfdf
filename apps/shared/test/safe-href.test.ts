import { expect, test } from 'vitest'
import { safeHref } from '../src/markdown/safe-href.ts'

test.each([
  ['https://ably.com/docs', 'https://ably.com/docs'],
  ['http://localhost:5173', 'http://localhost:5173/'],
  ['mailto:a@b.test', 'mailto:a@b.test'],
  ['javascript:alert(1)', undefined],
  ['\u0001javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['blob:https://ably.com/1', undefined],
  ['//ably.com', undefined],
  ['/docs', undefined],
  ['', undefined],
])('%j leads to %j', (address, href) => {
  expect(safeHref(address)).toBe(href)
})
