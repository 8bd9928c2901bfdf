import { expect, test } from 'vitest'
import {
  countAfter,
  earlierRows,
  hasEarlier,
  lastRows,
  laterRows,
  openWindow,
  slideWindow,
  windowRows,
} from '../src/list/list-window.ts'

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ key: String(from + index) }))
const keys = (list: Parameters<typeof windowRows<{ key: string }>>[0]) => windowRows(list).map(({ key }) => Number(key))

test('a long list opens at its end', () => {
  const list = openWindow(rows(0, 10_000))
  expect(keys(list).at(-1)).toBe(9_999)
  expect(keys(list).length).toBeLessThan(100)
  expect(hasEarlier(list)).toBe(true)
})

test('scrolling to the front and back again shows every row, never more than a few screenfuls', () => {
  let list = openWindow(rows(0, 1_000))
  const seen = new Set(keys(list))
  while (hasEarlier(list)) {
    list = earlierRows(list)
    for (const key of keys(list)) seen.add(key)
    expect(keys(list).length).toBeLessThanOrEqual(90)
  }
  expect(seen.size).toBe(1_000)
  expect(keys(list)[0]).toBe(0)
  while (list.hidden > 0) list = laterRows(list)
  expect(keys(list).at(-1)).toBe(999)
})

test('older rows that come in leave the window where it is', () => {
  const list = openWindow(rows(100, 200))
  expect(keys(slideWindow(list, rows(0, 200), false))).toEqual(keys(list))
})

test('a new row is shown to a reader at the end, and hides nothing from other readers', () => {
  const list = openWindow(rows(0, 100))
  expect(keys(slideWindow(list, rows(0, 101), true)).at(-1)).toBe(100)
  const away = slideWindow(list, rows(0, 101), false)
  expect(keys(away)[0]).toBe(keys(list)[0])
  const up = [1, 2, 3].reduce(earlierRows, list)
  expect(keys(slideWindow(up, rows(0, 101), false))).toEqual(keys(up))
})

test('a row that comes between others is shown, and hides none from a reader who is not at the end', () => {
  const between = (list: { key: string }[], at: number) => list.toSpliced(at, 0, { key: '1000' })
  const list = openWindow(rows(0, 100))
  const away = keys(slideWindow(list, between(rows(0, 100), 98), false))
  expect(away).toEqual([...keys(list).slice(0, -2), 1000, 98, 99])
  const up = [1, 2, 3, 4].reduce(earlierRows, list)
  const from = keys(up)[0]!
  expect(keys(slideWindow(up, between(rows(0, 100), from + 1), false))).toEqual([from, 1000, ...keys(up).slice(1)])
  expect(keys(slideWindow(up, between(rows(0, 100), 99), false))).toEqual(keys(up))
  expect(keys(slideWindow(list, rows(0, 99), false)).at(-1)).toBe(98)
})

test('the end is one step away', () => {
  const up = [1, 2, 3, 4, 5].reduce(earlierRows, openWindow(rows(0, 500)))
  expect(up.hidden).toBeGreaterThan(0)
  expect(keys(lastRows(up)).at(-1)).toBe(499)
})

test('what came after a row is counted', () => {
  expect(countAfter(rows(0, 10), '6')).toBe(3)
  expect(countAfter(rows(0, 10), undefined)).toBe(0)
  expect(countAfter(rows(0, 10), 'gone')).toBe(0)
})
