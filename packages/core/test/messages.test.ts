import { describe, expect, it } from 'vitest'
import type { ConversationEvent } from '@streamfold/core'
import { reduce, selectMessage, selectMessages } from '@streamfold/core'
import { attached, fold, live } from './build.ts'

const serial = (i: number) => `m${String(i).padStart(3, '0')}`
const create = (i: number) => live('create', serial(i), `${i}:`, { serial: serial(i) })
const append = (i: number, version: string, text: string) => live('append', version, text, { serial: serial(i) })
const range = (count: number) => Array.from({ length: count }, (_, i) => i)
const ids = (events: readonly ConversationEvent[]) => selectMessages(fold(events)).map(({ id }) => id)

describe('a conversation of any length', () => {
  it('lists its messages in the order of their serials, in whatever order they came', () => {
    // Around the limit of recent records.
    for (const count of [0, 1, 2, 31, 32, 33, 34, 65, 100]) {
      const expected = range(count).map(serial)
      const forth = range(count).map(create)
      const mixed = forth.toSorted((a, b) => order(a) - order(b))
      expect(ids(forth)).toEqual(expected)
      expect(ids(forth.toReversed())).toEqual(expected)
      expect(ids(mixed)).toEqual(expected)
    }
  })

  it('finds every message, and none that it does not hold', () => {
    for (const count of [1, 3, 33, 100]) {
      const state = fold(range(count).map((i) => create(2 * i)))
      for (const i of range(count)) expect(selectMessage(state, serial(2 * i))?.text).toBe(`${2 * i}:`)
      for (const i of range(count)) expect(selectMessage(state, serial(2 * i + 1))).toBeUndefined()
      for (const other of ['', 'a', 'z', 'toString']) expect(selectMessage(state, other)).toBeUndefined()
    }
  })

  it('lets any of its messages grow, the first and the last, one and many in turn', () => {
    const count = 70
    let state = fold(range(count).map(create))
    for (const round of ['a', 'b', 'c']) {
      for (const i of range(count)) state = reduce(state, append(i, `${serial(i)}-${round}`, round))
    }
    expect(selectMessages(state).map(({ text }) => text)).toEqual(range(count).map((i) => `${i}:abc`))
    for (const i of [0, 35, 69]) {
      const grown = reduce(state, append(i, `${serial(i)}-d`, 'd'))
      expect(selectMessage(grown, serial(i))?.text).toBe(`${i}:abcd`)
      expect(selectMessages(grown).filter((message, at) => message !== selectMessages(state)[at])).toHaveLength(1)
    }
  })

  it('changes no conversation that it came from', () => {
    const before = fold(range(40).map((i) => create(2 * i)))
    const shown = JSON.stringify(before)
    fold([create(1), create(3), append(4, 'm004-a', 'x'), ...range(40).map((i) => create(2 * i + 1))], before)
    expect(JSON.stringify(before)).toBe(shown)
  })

  it('shows the same list while nothing is new, and another as soon as something is', () => {
    const state = fold([...attached, create(0), create(1)])
    expect(selectMessages(state)).toBe(selectMessages(state))
    expect(selectMessages(fold([{ type: 'presence', agents: ['agent'] }], state))).toBe(selectMessages(state))
    expect(selectMessages(fold([append(1, 'm001-a', 'x')], state))).not.toBe(selectMessages(state))
  })
})

/** A number that shuffles: the same for the same event. */
function order(event: ConversationEvent): number {
  return 'serial' in event ? (Number(event.serial.slice(1)) * 37) % 101 : 0
}
