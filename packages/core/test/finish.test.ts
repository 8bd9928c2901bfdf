import type { Conversation } from '@streamfold/core'
import { createStore, emptyConversation, fromJSON, selectMessage, selectMessages, toJSON } from '@streamfold/core'
import { difference, redactLog, replay } from '@streamfold/core/log'
import { expect, test } from 'vitest'
import { attached, fold, live, read, streaming } from './build.ts'

const ended = (finish: string, more: Record<string, string> = {}) => ({
  extras: { headers: { role: 'assistant', status: 'complete', finish, ...more } },
})
const finishIn = (state: Conversation) => selectMessage(state, 's1')?.finish

test.each(['stop', 'length', 'content-filter', 'tool-calls', 'error', 'other'])('an answer’s finish reason is %s', (finish) => {
  const events = [...attached, live('create', 'v1', 'Half'), live('append', 'v2', ' an', ended(finish))]
  const state = fold(events)
  expect(selectMessage(state, 's1')).toMatchObject({ text: 'Half an', status: 'complete', finish })
  expect(finishIn(fold([...attached, read('update', 'v2', 'Half an', ended(finish))]))).toBe(finish)
  expect(finishIn(replay(events))).toBe(finish)
  expect(finishIn(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toBe(finish)
  expect(finishIn(replay(redactLog({ start: emptyConversation(), events })))).toBe(finish)
})

test('an answer without the header `finish` has no reason', () => {
  expect(
    finishIn(fold([live('create', 'v1', 'x', { extras: { headers: { ...streaming, status: 'complete' } } })])),
  ).toBeUndefined()
  expect(finishIn(fold([live('create', 'v1', 'x', ended(''))]))).toBeUndefined()
})

test('an answer whose author does not mark its end may have a reason', () => {
  const bare = { extras: { headers: { role: 'assistant', finish: 'length' } } }
  expect(finishIn(fold([live('create', 'v1', 'x', bare)]))).toBe('length')
})

test('an unknown reason is `other`', () => {
  expect(finishIn(fold([live('create', 'v1', 'x', ended('__proto__'))]))).toBe('other')
  expect(finishIn(fold([live('create', 'v1', 'x', ended('tired'))]))).toBe('other')
})

test('what is written again has not ended yet', () => {
  const cut = [...attached, live('create', 'v1', 'x', ended('length'))]
  expect(finishIn(fold([...cut, live('update', 'v2', '')]))).toBeUndefined()
  // An unknown status counts as `streaming` (P43).
  for (const status of ['streaming', 'waiting', 'odd', '']) {
    const stale = { extras: { headers: { ...streaming, status, finish: 'length' } } }
    expect(finishIn(fold([...cut, live('update', 'v2', '', stale)]))).toBeUndefined()
  }
})

test('an answer of several messages ended as its last one', () => {
  const next = live('create', 'v2', ' b', { serial: 's2', ...ended('length', { continues: 's1' }) })
  const [message] = selectMessages(fold([...attached, live('create', 'v1', 'a', ended('stop')), next]))
  expect(message).toMatchObject({ text: 'a b', finish: 'length' })
})

test('only the reason has changed: that is a change', () => {
  const before = fold([live('create', 'v1', 'x', ended('stop'))])
  const after = fold([live('update', 'v2', 'x', ended('length'))], before)
  expect(difference(before, after)).toMatchObject([{ fields: expect.arrayContaining(['finish']) }])
  const store = createStore({ initial: before })
  const seen: unknown[] = []
  store.subscribeTo('s1', (message) => seen.push(message?.finish))
  store.dispatch(live('update', 'v2', 'x', ended('length')))
  expect(seen).toEqual(['length'])
})
