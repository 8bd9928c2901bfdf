// @vitest-environment happy-dom
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
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

test('what this device never saw is no record', () => {
  storeMessages('a', emptyConversation())
  expect(storedMessages('a')).toBeUndefined()
})
