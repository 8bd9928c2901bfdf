import type { ConversationEvent } from '@streamfold/core'
import { reduce } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { describeDoubt, describeVersion, stopsLengthCheck } from '@streamfold/core/log'
import { describe, expect, it } from 'vitest'
import { attached, fold, live, read, streaming } from './build.ts'

type Version = Parameters<typeof describeVersion>[1]

const framed = { extras: { headers: { ...streaming, format: 'parts/1' } } }
const bare = { extras: {} }
const create = (text: string, more: Record<string, unknown> = framed) => live('create', 'v1', text, more)
const append = (text: string, version = 'v2') => live('append', version, text, bare)
const step = frameHead({ type: 'step' })
const metadata = `${frameHead({ type: 'meta' })}{"model":"m"}${frameHead({ type: 'end' })}`

describe('a version is described', () => {
  const of = (event: ConversationEvent, ...before: readonly ConversationEvent[]) => {
    const state = fold(before)
    return describeVersion(state, event as Version, reduce(state, event))
  }

  it('by the text that it added, if it changed nothing else', () => {
    expect(of(create('Hello'))).toStrictEqual({ words: ['5 characters of text'], text: 'Hello' })
    expect(of(append(' you'), create('Hello'))).toStrictEqual({ words: ['4 characters of text'], text: ' you' })
  })

  it('by all the parts that it changed', () => {
    expect(of(append(step), create('Hello'))).toStrictEqual({ words: ['a step'] })
    expect(of(append(` you${step}`), create('Hello'))).toStrictEqual({ words: ['4 characters of text', 'a step'] })
  })

  it('by the metadata that it gave', () => {
    expect(of(append(metadata), create('Hello'))).toStrictEqual({ words: ['metadata'] })
    expect(of(append(` you${metadata}`), create('Hello'))).toStrictEqual({ words: ['4 characters of text', 'metadata'] })
  })

  it('by its data, if it changed no part', () => {
    expect(of(append(step.slice(0, 4)), create('Hello'))).toStrictEqual({ words: ['4 characters of data'] })
    expect(of(append(''), create('Hello'))).toStrictEqual({ words: ['no content'] })
    expect(of(create(''))).toStrictEqual({ words: ['no content'] })
    // Nothing is created by it.
    expect(of({ ...(create('Hello') as Version), revises: true })).toStrictEqual({ words: ['5 characters of data'] })
  })

  it('by what it added to the message that it continues', () => {
    const more = {
      serial: 's2',
      extras: { headers: { ...framed.extras.headers, continues: 's1' } },
      version: { serial: 'w1', timestamp: 3 },
    }
    expect(of(create(' you', more), create('Hello'))).toStrictEqual({ words: ['4 characters of text'], text: ' you' })
  })

  it('if it has parts', () => {
    expect(of(create('Hello', {}))).toBeUndefined()
    expect(of(append(' you'), create('Hello', {}))).toBeUndefined()
    expect(of(append(step), create('Hello', {}))).toBeUndefined()
    expect(of({ ...(create('Hello', {}) as Version), revises: true })).toBeUndefined()
    expect(of({ ...(append('Hello') as Version), revises: true })).toBeUndefined()
  })

  it('if it is an append that has come before any full version, and has a head', () => {
    expect(of(append(step))).toStrictEqual({ words: [`${step.length} characters of data`] })
    expect(of(append('Hello'))).toBeUndefined()
  })
})

describe('the length that an append gives', () => {
  const counted = (action: string, version: string, text: string, len?: number) =>
    (action === 'append' ? live : read)(action, version, text, { version: { serial: version, timestamp: 2, metadata: { len } } })
  const begin = fold([...attached, create('a', {})])
  const of = (event: ConversationEvent, before = begin, after = reduce(before, event)) =>
    describeDoubt(before, event as Version, after)
  const lost = counted('append', 'v3', 'c', 3)
  const doubted = reduce(begin, lost)

  it('says how much is missing, or too much', () => {
    expect(of(lost)).toBe('1 character is missing: an append was lost')
    expect(of(counted('append', 'v3', 'c', 1_202))).toBe('1,200 characters are missing: an append was lost')
    expect(of(counted('append', 'v3', 'c', 1))).toBe('1 character too many: an append came twice')
    expect(of(counted('append', 'v3', 'cde', 2))).toBe('2 characters too many: an append came twice')
  })

  it('says nothing where it is right, or says what was said before', () => {
    expect(of(counted('append', 'v2', 'b', 2))).toBeUndefined()
    expect(of({ ...(lost as Version), serial: 's2' }, begin, begin)).toBeUndefined()
    expect(of(lost, doubted)).toBeUndefined()
    expect(of(counted('append', 'v4', 'd', 4), doubted)).toBeUndefined()
    expect(of(counted('append', 'v2', 'b', 2), begin, doubted)).toBeUndefined()
  })

  it('says it of a response that is not known before the append, too', () => {
    expect(of(lost, fold([]), doubted)).toBe('1 character is missing: an append was lost')
  })

  it('is given by appends only', () => {
    expect(of(counted('append', 'v3', 'c'), begin, doubted)).toBeUndefined()
    expect(of(counted('update', 'v3', 'abc', 3), begin, doubted)).toBeUndefined()
  })

  it('is no longer checked after the second time that it was wrong although nothing was missing', () => {
    const once = fold([counted('append', 'v2', 'b', 9), counted('update', 'v2', 'ab', 9)], begin)
    const before = fold([counted('append', 'v3', 'c', 9)], once)
    const twice = fold([counted('update', 'v3', 'abc', 9)], before)
    const later = reduce(twice, { type: 'tick', now: 5_000 })
    expect(stopsLengthCheck(before, twice)).toBe(true)
    for (const [one, next] of [
      [begin, begin],
      [begin, once],
      [once, before],
      [twice, twice],
      [twice, later],
    ] as const)
      expect(stopsLengthCheck(one, next)).toBe(false)
  })
})
