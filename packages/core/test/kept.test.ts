import { describe, expect, it } from 'vitest'
import { kept } from '../src/shared/kept.ts'
import { memo } from '../src/shared/memo.ts'

describe('a value that is kept for an object', () => {
  it('is that of the object, and of no copy of it', () => {
    const { get, set } = kept<object, string>()
    const object = { a: 1 }
    set(object, 'first')
    set(object, 'second')
    expect(get(object)).toBe('second')
    expect(get({ ...object })).toBeUndefined()
    expect(get(structuredClone(object))).toBeUndefined()
    set(object, undefined)
    expect(get(object)).toBeUndefined()
  })

  it('changes nothing of the object that can be seen', () => {
    const { set } = kept<object, string>()
    const object = { a: 1 }
    set(object, 'value')
    expect(object).toStrictEqual({ a: 1 })
    expect(Reflect.ownKeys(object)).toEqual(['a'])
    expect(JSON.stringify(object)).toBe('{"a":1}')
  })

  it('is one for each keeper', () => {
    const [one, other] = [kept<object, string>(), kept<object, number>()]
    const list: readonly number[] = []
    one.set(list, 'one')
    other.set(list, 2)
    expect([one.get(list), other.get(list)]).toEqual(['one', 2])
  })

  it('is kept for frozen objects, whether they are frozen before it or after', () => {
    const { get, set } = kept<object, string>()
    const before = Object.freeze({})
    set(before, 'before')
    set(before, 'changed')
    const after = {}
    set(after, 'after')
    Object.freeze(after)
    expect([get(before), get(after)]).toEqual(['changed', 'after'])
    set(after, 'later')
    expect(get(after)).toBe('later')
  })
})

describe('memo', () => {
  it('computes once for an object, whatever the result is', () => {
    let calls = 0
    const nothing = memo<object, undefined>(() => void calls++)
    const object = {}
    expect([nothing(object), nothing(object)]).toEqual([undefined, undefined])
    expect(calls).toBe(1)
    nothing({})
    expect(calls).toBe(2)
  })
})
