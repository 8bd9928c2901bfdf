import { expect, it } from 'vitest'
import {
  createStore,
  emptyConversation,
  fromJSON,
  selectMessage,
  selectMessages,
  selectPath,
  selectSiblings,
  selectStatus,
  toJSON,
} from '@streamfold/core'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import { fold, live } from './build.ts'

const json = toJSON(emptyConversation())
const log = { start: emptyConversation(), events: [] }
/** A value that a program without types may pass. */
const as = (given: unknown) => given as never

it.each<[string, () => unknown, string]>([
  [
    'createStore, JSON',
    () => createStore({ initial: as(json) }),
    'unable to create the store; `initial` is not a conversation: it is the JSON that toJSON wrote: give fromJSON(json)',
  ],
  ['createStore, text', () => createStore({ initial: as('{}') }), 'it is a string: give fromJSON(JSON.parse(text))'],
  ['createStore, a log', () => createStore({ initial: as(log) }), 'it is a log: give replay(log)'],
  ['toJSON, JSON', () => toJSON(as(json)), 'unable to write the conversation; it is not one: it is the JSON that toJSON wrote'],
  ['toJSON, nothing', () => toJSON(as(undefined)), 'it is undefined'],
  [
    'fromJSON, text',
    () => fromJSON(JSON.stringify(json)),
    'unable to read the conversation; it is a string: give JSON.parse(text)',
  ],
  ['fromJSON, a conversation', () => fromJSON(emptyConversation()), 'it is a conversation already: use it as it is'],
  [
    'fromJSON, nothing',
    () => fromJSON(null),
    'unable to read the conversation; it was not written by toJSON of this version: write it again',
  ],
  ['fromJSON, a later version', () => fromJSON({ ...json, version: 3 }), 'it was not written by toJSON of this version'],
  ...Object.keys(json)
    .filter((name) => name !== 'version')
    .map((name): [string, () => unknown, string] => [
      `fromJSON, all but ${name}`,
      () => fromJSON({ ...json, [name]: undefined }),
      'unable to read the conversation; a part of it is missing: write it again',
    ]),
  ['fromJSON, a part of it', () => fromJSON({ version: 1, messages: [] }), 'a part of it is missing: write it again'],
  ['replay, text', () => replay(as(exportLog(log))), 'unable to replay the log; it is text: give importLog(text)'],
  ['replay, JSON', () => replay(as(json)), 'unable to replay the log; it is not one'],
  [
    'replay, nothing',
    () => replay(as(undefined)),
    'unable to replay the log; it is not one: give store.log of a store that keeps it',
  ],
  [
    'replay, a log that starts with JSON',
    () => replay(as({ start: json, events: [] })),
    'its start is not a conversation: it is the JSON',
  ],
  [
    'exportLog, the log of a store that keeps none',
    () => exportLog(as(createStore().log)),
    'unable to write the log; it is not one',
  ],
  ['redactLog, text', () => redactLog(as('x')), 'unable to redact the log; it is text'],
  [
    'importLog, a log',
    () => importLog(as(log)),
    'unable to read the log; it is not text: give the string that exportLog returned',
  ],
  [
    'selectMessages, JSON',
    () => selectMessages(as(json)),
    'unable to read the conversation; it is the JSON that toJSON wrote: give fromJSON(json)',
  ],
  [
    'selectPath, JSON',
    () => selectPath(as(json)),
    'unable to read the conversation; it is the JSON that toJSON wrote: give fromJSON(json)',
  ],
  ['selectMessages, nothing', () => selectMessages(as(undefined)), 'it is undefined'],
  ['selectMessage, nothing', () => selectMessage(as(undefined), 's1'), 'it is undefined'],
  ['selectMessage, a log', () => selectMessage(as(log), 's1'), 'it is a log: give replay(log)'],
  ['selectPath, nothing', () => selectPath(as(undefined)), 'it is undefined'],
  ['selectStatus, nothing', () => selectStatus(as(undefined)), 'it is undefined'],
  ['selectSiblings, a log', () => selectSiblings(as(log), 's1'), 'it is a log: give replay(log)'],
  ['selectStatus, a store', () => selectStatus(as(createStore())), 'it is a store: give store.getSnapshot()'],
])('%s: says what to give', (_what, call, message) => {
  expect(call).toThrow(Error)
  expect(call).toThrow(message)
})

it('what is no JSON of a conversation is a wrong type', () => {
  for (const value of ['', emptyConversation(), null, { ...json, rest: undefined }])
    expect(() => fromJSON(value)).toThrow(TypeError)
})

it.each<[unknown, string]>([
  [null, 'it is null: give what fromJSON or emptyConversation returns'],
  [7, 'it is 7: give what fromJSON or emptyConversation returns'],
  [[], 'it is a list: give fromJSON of what toJSON wrote, or replay(events)'],
  ...[
    {},
    { version: 1 },
    { rest: {} },
    { start: emptyConversation() },
    { events: [] },
    { ...emptyConversation(), records: undefined },
    { ...emptyConversation(), records: null },
    { ...emptyConversation(), records: 'records' },
    { ...emptyConversation(), records: {} },
    { ...emptyConversation(), records: { base: [] } },
    { ...emptyConversation(), records: { recent: [] } },
    { ...emptyConversation(), context: undefined },
    { ...emptyConversation(), context: null },
    { ...emptyConversation(), context: 'context' },
    { ...emptyConversation(), context: {} },
  ].map((value): [unknown, string] => [value, 'it is some other object: give what fromJSON or emptyConversation returns']),
])('what is no conversation is named: %j', (value, message) => {
  expect(() => toJSON(as(value))).toThrow(message)
})

it('takes what is right', () => {
  const state = fold([live('create', 'v1', 'x')])
  expect(toJSON(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toEqual(JSON.parse(JSON.stringify(toJSON(state))))
})
