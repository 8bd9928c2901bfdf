// @vitest-environment happy-dom
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { beforeEach, expect, test } from 'vitest'
import { storedMessages, storeMessages } from '../src/storage/stored-messages.ts'

beforeEach(() => localStorage.clear())

const raw = (serial: string, data: string, headers: Record<string, string>) => ({
  serial,
  action: 'message.update',
  data,
  clientId: 'agent',
  timestamp: 1,
  version: { serial: `${serial}-2`, timestamp: 2 },
  extras: { headers: { role: 'assistant', status: 'complete', ...headers } },
})
const parts = [raw('01', 'one, ', {}), raw('02', 'two, ', { continues: '01' }), raw('03', 'three', { continues: '02' })]
const fold = (state = emptyConversation()) =>
  parts.map((part) => normalise(part, { agent: 'agent', source: 'history' })).reduce(reduce, state)
const texts = (state = emptyConversation()) => selectMessages(state).map(({ text }) => text)

test('an answer of several messages is kept as these: joined, it would be joined once more with what the channel has', () => {
  storeMessages('a', fold())
  const stored = storedMessages('a')
  expect(texts(stored)).toEqual(['one, two, three'])
  expect(texts(fold(stored))).toEqual(['one, two, three'])
})

test('an answer with parts has them again', () => {
  const data = `${frameHead({ type: 'reasoning' })}Hm.${frameHead({ type: 'end', ms: 5 })}${frameHead({ type: 'text' })}Yes.`
  const event = normalise(raw('01', data, { format: 'parts/1' }), { agent: 'agent', source: 'history' })
  const state = reduce(emptyConversation(), event)
  storeMessages('a', state)
  const kept = storedMessages('a')
  expect(texts(kept)).toEqual(['Yes.'])
  expect(selectMessages(kept!)[0]!.parts).toEqual(selectMessages(state)[0]!.parts)
})

test('what this device never saw is no record', () => {
  storeMessages('a', emptyConversation())
  expect(storedMessages('a')).toBeUndefined()
})

const stored = () => JSON.parse(localStorage.getItem('streamfold:messages:a') ?? '[]') as Record<string, unknown>[]

test.each<[string, (records: Record<string, unknown>[]) => unknown]>([
  ['no list', () => ({ length: 1 })],
  ['a number', () => 7],
  ['a record of nothing', () => [{}]],
  ['something else among the records', ([first]) => [first, 'x']],
  ['a text that is none', ([first]) => [{ ...first, text: { length: 1 } }]],
  ['no text', ([first]) => [{ ...first, text: undefined }]],
  ['a role that there is not', ([first]) => [{ ...first, role: 'system' }]],
  ['a status that there is not', ([first]) => [{ ...first, status: '<img onerror=alert(1)>' }]],
  ['a time that no date has', ([first]) => [{ ...first, createdAt: 1e300 }]],
  ['headers that are none', ([first]) => [{ ...first, headers: null }]],
  ['a header that is no text', ([first]) => [{ ...first, headers: { role: 7 } }]],
  ['a format that there is not', ([first]) => [{ ...first, format: 'parts/99' }]],
  ['a placement that is none', ([first]) => [{ ...first, placement: 'x' }]],
  ['an answer to something that is no text', ([first]) => [{ ...first, replyTo: {} }]],
  ['an error that is no text', ([first]) => [{ ...first, error: { toString: 'x' } }]],
  ['what an older version of the app has kept', ([first]) => [{ ...first, lastActivityAt: undefined, heardAt: 0 }]],
  ['records out of their order', (records) => records.toReversed()],
])('what somebody else has written there is no record: %s', (_, tamper) => {
  storeMessages('a', fold())
  localStorage.setItem('streamfold:messages:a', JSON.stringify(tamper(stored())))
  expect(storedMessages('a')).toBeUndefined()
})
