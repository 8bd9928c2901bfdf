import type { Conversation } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { difference } from '@streamfold/core/log'
import { describe, expect, it } from 'vitest'
import { message } from './asking.ts'
import { fold, live, streaming } from './build.ts'

const framed = { extras: { headers: { ...streaming, format: 'parts/1' } } }
const end = frameHead({ type: 'end' })
const chart = (value: string) => `${frameHead({ type: 'data', name: 'chart' })}${value}${end}`

function fieldsOf(before: Conversation, after: Conversation): readonly (readonly string[])[] {
  return difference(before, after).map((one) => (one.type === 'changed' ? one.fields : [one.type, one.message.id]))
}

describe('the difference between two conversations', () => {
  const of = (text: string) => fold([live('create', 'v1', text, framed)])

  it('is none between equal messages, of which no object is shared', () => {
    expect(difference(of(`a${chart('[1]')}`), of(`a${chart('[1]')}`))).toEqual([])
  })

  it('names a text as text, and other parts as parts', () => {
    expect(fieldsOf(of('a'), of('b'))).toEqual([['text']])
    expect(fieldsOf(of(`a${chart('[1]')}`), of(`b${chart('[1]')}`))).toEqual([['text']])
    expect(fieldsOf(of(`a${chart('[1]')}`), of(`a${chart('[2]')}`))).toEqual([['parts']])
    expect(fieldsOf(of('a'), of(`a${frameHead({ type: 'step' })}`))).toEqual([['parts']])
  })

  it('names what is only in one of them, those that are gone last', () => {
    const [one, two] = [live('create', 'v1', 'a'), live('create', 'v1', 'b', { serial: 's2' })]
    expect(fieldsOf(fold([one]), fold([two]))).toEqual([
      ['added', 's2'],
      ['removed', 's1'],
    ])
    expect(fieldsOf(fold([one]), fold([one]))).toEqual([])
  })

  it('is that of the paths of a head, if one is given', () => {
    const prompt = (serial: string, headers: Record<string, string>) =>
      message(serial, { name: 'prompt', data: serial, clientId: 'alice', headers: { role: 'user', ...headers } })
    const before = fold([prompt('s1', {}), prompt('s2', { edits: 's1' })])
    const edited = fold([prompt('s4', { edits: 's2' })], before)
    expect(difference(before, edited, 's2')).toEqual([])
    expect(difference(before, edited).map((one) => one.type)).toEqual(['added'])
  })
})
