import type { ConversationEvent, NormaliseOptions } from '@streamfold/core'
import { reduce } from '@streamfold/core'
import { frameHead, inputHash } from '@streamfold/core/codec'
import { whyIgnored } from '@streamfold/core/log'
import { expect, test } from 'vitest'
import { answer, asks, message, prompt, response } from './asking.ts'
import { fold } from './build.ts'

const open = fold([prompt, response(asks({ until: 90 }))])
const ended = fold([response(asks(), 'complete', 's9')], open)
const decided = fold(
  [response(asks() + frameHead({ type: 'decided', id: 'c1', approved: true, answer: 's0', by: 'bob' }), 'streaming', 's9')],
  open,
)
const cancel = (by: string, target = 's2', options: NormaliseOptions = {}): ConversationEvent =>
  message('s4', { name: 'cancel', clientId: by, headers: { target } }, options)
const into = (by: string, target: string, options: NormaliseOptions = {}): ConversationEvent =>
  message('s4', { name: 'prompt', clientId: by, headers: { role: 'user', into: target } }, options)
/** A response where the prompt is expected. */
const another = message('s1', { name: 'response', clientId: 'agent', headers: { role: 'assistant', status: 'complete' } })
const allowed = { permissions: { mayCancel: () => true, maySteer: () => true } }

test.each<[string, typeof open, ConversationEvent, string | undefined]>([
  ['an answer that decides', open, answer(), undefined],
  ['of another client', open, answer({ by: 'bob' }), 'bob may not answer this call'],
  ['of a client without an id', open, answer({ by: '' }), 'a client without an id may not answer this call'],
  ['to another response', open, answer({ target: 's8' }), 'the response that it names is not known'],
  ['to another call', open, answer({ call: 'c9' }), 'the response has no such call'],
  [
    'to a call that asks nobody',
    fold([prompt, response(frameHead({ type: 'tool', id: 'c1', name: 'search' }))]),
    answer(),
    'nobody was asked about this call',
  ],
  ['with an output', open, answer({ kind: 'output' }), 'the call asks for an approval, not for an output'],
  [
    'without an output',
    fold([prompt, response(asks({ wants: 'output' }))]),
    answer(),
    'the call asks for an output, not for an approval',
  ],
  [
    'about another input',
    open,
    answer({ saw: inputHash({ to: 'eve' }) }),
    'the input has changed since: the answer is about another input',
  ],
  ['after the deadline', open, answer({ at: 91 }), 'too late: the time to answer was over'],
  ['after the end', ended, answer(), 'too late: the response has ended'],
  ['after the decision', decided, answer(), 'too late: bob has answered already'],
  [
    'after another answer',
    reduce(open, answer({ serial: 's3' })),
    answer({ serial: 's4' }),
    'too late: alice has answered already',
  ],
  ['that was withdrawn', open, answer({ action: 'message.delete', version: 's9' }), 'it was withdrawn'],
  [
    'before its prompt is known',
    fold([response(asks())]),
    answer(),
    'the prompt is not known, so nobody knows whether its author answers',
  ],
  [
    'before its prompt is known, of others than those who are asked',
    fold([response(asks({ of: ['alice'] }))]),
    answer({ by: 'bob' }),
    'bob may not answer this call',
  ],
  [
    'before its prompt is known, that permissions refuse',
    fold([response(asks())]),
    answer({ options: { permissions: { mayAnswer: () => false } } }),
    'alice may not answer this call',
  ],
  [
    'after a decision of nobody in particular',
    fold([response(asks() + frameHead({ type: 'decided', id: 'c1', approved: true }), 'streaming', 's9')], open),
    answer(),
    'too late: the call is decided already',
  ],
  ['a cancel', open, cancel('alice'), undefined],
  ['a cancel of the prompt, by someone else', open, cancel('bob', 's1'), 'bob may not stop this response'],
  [
    'a cancel of a response to a response',
    fold([response(asks(), 'waiting', 's2', { 'reply-to': 's1' }), another]),
    cancel('bob'),
    undefined,
  ],
  ['a cancel of the prompt', open, cancel('alice', 's1'), undefined],
  ['a cancel by someone else', open, cancel('bob'), 'bob may not stop this response'],
  ['a cancel that permissions allow', open, cancel('bob', 's2', allowed), undefined],
  ['a cancel by an agent', open, cancel('agent'), undefined],
  ['a cancel that comes too late', ended, cancel('alice'), 'too late: the response has ended'],
  ...['complete', 'cancelled', 'failed'].map((status): [string, typeof open, ConversationEvent, string] => [
    `a cancel of a response that is ${status}`,
    fold([response(asks(), status, 's9')], open),
    cancel('alice'),
    'too late: the response has ended',
  ]),
  [
    'a cancel of a response that was deleted',
    fold([message('s2', { action: 'message.delete', version: { serial: 's9' }, clientId: 'agent' })], open),
    cancel('alice'),
    'too late: the response has ended',
  ],
  ['a cancel of nothing', open, cancel('alice', 's8'), 'what it names is not known'],
  ['a prompt into a response', open, into('alice', 's2'), undefined],
  [
    'a response that is given over to one that is not known',
    open,
    message('s4', { name: 'response', clientId: 'agent', headers: { role: 'assistant', status: 'streaming', into: 's8' } }),
    undefined,
  ],
  [
    'a prompt into a response, by someone else',
    open,
    into('bob', 's2'),
    'it is an ordinary prompt, because bob may not steer this response',
  ],
  ['a prompt into a response, that permissions allow', open, into('bob', 's2', allowed), undefined],
  [
    'a prompt into a response that has ended',
    ended,
    into('alice', 's2'),
    'it is an ordinary prompt, because the response has ended',
  ],
  [
    'a prompt into nothing',
    open,
    into('alice', 's8'),
    'it is an ordinary prompt, because the response that it names is not known',
  ],
  [
    'a version by someone else',
    open,
    message('s1', { action: 'message.update', clientId: 'alice', version: { serial: 's9', clientId: 'bob' } }),
    'bob may not change this message',
  ],
  ['a tick', open, { type: 'tick', now: 1 }, undefined],
])('%s', (_, state, event, reason) => {
  expect(whyIgnored(state, event)).toBe(reason)
  expect(whyIgnored(reduce(state, event), event)).toBe(reason)
})

test('a cancel of a log that does not say who may stop is that of an agent, if its author has written or was present as one', () => {
  const says = message('s0', { name: 'prompt', clientId: 'bob', headers: { role: 'user' } })
  const state = fold([says, { type: 'presence', agents: ['bot'] }], open)
  const by = (clientId: string | undefined) => whyIgnored(state, { type: 'cancel', target: 's2', clientId, at: 9 })
  expect(['alice', 'agent', 'bot'].map(by)).toEqual([undefined, undefined, undefined])
  expect([by('bob'), by(undefined)]).toEqual([
    'bob may not stop this response',
    'a client without an id may not stop this response',
  ])
  expect(whyIgnored(open, { type: 'cancel', target: 's2', clientId: 'bot', at: 9 })).toBe('bot may not stop this response')
})
