import { setNewest } from '@streamfold/core/transport'
import { expect, it } from 'vitest'

it('setNewest keeps the newest entries, and one that is set again is the newest', () => {
  const map = new Map<string, number>()
  for (const [index, key] of ['a', 'b', 'c', 'a', 'd'].entries()) setNewest(map, key, index, 3)
  expect([...map]).toEqual([
    ['c', 2],
    ['a', 3],
    ['d', 4],
  ])
})
