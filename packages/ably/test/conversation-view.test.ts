import type { Conversation, ConversationEvent, WireEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import { expect, it } from 'vitest'
import { selectError, selectMessageIds, selectUnansweredPrompt } from '../src/index.ts'

const now = 1_000_000
const fold = (events: readonly ConversationEvent[], from: Conversation = emptyConversation()) => events.reduce(reduce, from)

const live: readonly ConversationEvent[] = [
  { type: 'tick', now },
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attaching' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded', hasOlder: false },
]

function wire(serial: string, clientId: string, data: string, headers: Record<string, string>, more: object = {}): WireEvent {
  const message = { serial, clientId, data, extras: { headers }, action: 'message.create', timestamp: now, ...more }
  return normalise(message) as WireEvent // A well-formed message is one.
}
const prompt = wire('01', 'ann', 'Hi', { role: 'user' }, { id: 'k' })
const response = (status: string, more: Record<string, string> = {}) =>
  wire('02', 'agent', 'Well', { role: 'assistant', status, 'reply-to': '01', ...more })
const append = wire(
  '02',
  'agent',
  ', hello',
  { role: 'assistant', status: 'streaming' },
  { action: 'message.append', version: { serial: '03' } },
)

it.each<[string, readonly ConversationEvent[], string | undefined]>([
  ['all is well', live, undefined],
  ['an answer is written', [...live, prompt, response('streaming')], undefined],
  [
    'the channel failed',
    [...live, { type: 'channel', state: 'failed', error: 'not permitted' }],
    'unable to follow the conversation; not permitted: check the key or token, then connect again',
  ],
  [
    'the connection failed',
    [...live, { type: 'connection', state: 'failed', error: 'the key was revoked' }],
    'unable to follow the conversation; the key was revoked: check the key or token, then connect again',
  ],
  [
    'the channel is suspended',
    [...live, { type: 'channel', state: 'suspended', error: 'timed out' }],
    'unable to follow the conversation; timed out: it is tried again by itself',
  ],
  [
    'a prompt could not be sent',
    [
      ...live,
      { type: 'prompt-sent', key: 'k', text: 'Hi', at: now },
      { type: 'prompt-failed', key: 'k', error: 'rate limit exceeded' },
    ],
    'unable to send the prompt; rate limit exceeded: try again',
  ],
  [
    'no agent could be asked',
    [...live, prompt, { type: 'prompt-unanswered', serial: '01', error: 'status 503' }],
    'unable to get an answer; status 503: ask again',
  ],
  [
    'the agent failed',
    [...live, prompt, response('failed', { error: 'overloaded' })],
    'unable to complete the answer; overloaded: try again',
  ],
  [
    'the agent has gone',
    [...live, prompt, response('streaming'), { type: 'presence', agents: [] }, { type: 'tick', now: now + 10_000 }],
    'unable to complete the answer; the agent has gone silent: try again',
  ],
])('says in a sentence what is wrong when %s', (_, events, sentence) => {
  expect(selectError(fold(events))).toBe(sentence)
})

it('keeps the list of ids while a response grows', () => {
  const before = fold([...live, prompt, response('streaming')])
  const ids = selectMessageIds(before)
  expect(ids).toEqual([
    { key: 'k', id: '01' },
    { key: '02', id: '02' },
  ])
  const grown = fold([append], before)
  expect(grown).not.toBe(before)
  expect(selectMessageIds(grown, ids)).toBe(ids)
  expect(selectMessageIds(before)).toBe(ids)
})

it('keeps the key of a prompt in the list of ids when it gets its serial', () => {
  const sending = fold([...live, { type: 'prompt-sent', key: 'k', text: 'Hi', at: now }])
  const ids = selectMessageIds(sending)
  expect(ids).toEqual([{ key: 'k', id: 'k' }])
  expect(selectMessageIds(fold([prompt], sending), ids)).toEqual([{ key: 'k', id: '01' }])
})

it('keeps the unanswered prompt while its reason is the same', () => {
  const asked = fold([...live, prompt, { type: 'prompt-unanswered', serial: '01', error: 'status 503' }])
  const unanswered = selectUnansweredPrompt(asked)
  expect(unanswered).toMatchObject({ prompt: { id: '01' }, reason: 'status 503' })
  expect(selectUnansweredPrompt(fold([{ type: 'tick', now: now + 1_000 }], asked))).toBe(unanswered)
})
