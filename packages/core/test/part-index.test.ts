import type { Conversation, ConversationEvent, MessagePart } from '@streamfold/core'
import { reduce, selectMessage, selectWaiting } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { callAt, takenBy, waitingIn } from '../src/messages/part-index.ts'
import { answer, asks, message, prompt, response } from './asking.ts'
import { fold } from './build.ts'

const ids = ['c1', 'c2', 'c3']
const end = frameHead({ type: 'end' })
/** A head, and what it makes of a part: also parts of other kinds that have the id of a call. */
const frames = fc.tuple(fc.constantFrom(...ids), fc.nat(10)).map(([id, kind]): string => {
  const heads: readonly (readonly [Head, string?])[] = [
    [{ type: 'tool', id, name: 'pay' }, '{}'],
    [{ type: 'input', id }],
    [{ type: 'ask', id, approval: id }],
    [{ type: 'ask', id, approval: id, wants: 'output' }],
    [{ type: 'decided', id, approved: true, answer: 's0' }],
    [{ type: 'decided', id, auto: 'deadline' }],
    [{ type: 'output', id }, `1${end}`],
    [{ type: 'data', name: 'd', id }, `1${end}`],
    [{ type: 'source', id, url: 'https://a.example/' }],
    [{ type: 'steer', serial: `of ${id}` }],
    [{ type: 'text', id }, 'a'],
  ]
  const [head, body = ''] = heads[kind]! // As many as numbers.
  return frameHead(head) + body
})
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ text: frames }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom(...ids), kind: fc.constantFrom('approve', 'deny', 'output') }) },
)

const append = (text: string, at: number): ConversationEvent =>
  message('s2', {
    action: 'message.append',
    data: text,
    clientId: 'agent',
    version: { serial: `s2-${1_000 + at}`, timestamp: 12 },
  })

const isWaiting = (part: MessagePart) => {
  if (!('toolCallId' in part)) return false
  if (part.wanted) {
    const isOpen = part.state === 'input-available' || part.state === 'approval-responded'
    return isOpen && part.wanted.answer === undefined && part.wanted.auto === undefined
  }
  return part.state === 'approval-requested'
}

/** What the index of a list says is what a search in it finds. */
function expectFound(parts: readonly MessagePart[]): void {
  for (const list of [parts, [...parts]]) {
    expect(waitingIn(list)).toEqual(parts.filter(isWaiting))
    expect(takenBy(list)).toEqual(
      parts.flatMap((part) => (part.type === 'steering-message' ? [(part as { id: string }).id] : [])),
    )
    for (const id of [...ids, 'none'])
      expect(callAt(list, id)).toBe(parts.findIndex((part) => 'toolCallId' in part && part.toolCallId === id))
  }
}

it('the index of parts says what a search finds, of the newest parts and of those before them', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 4, maxLength: 20 }), (all) => {
      let state: Conversation = fold([prompt, response('', 'streaming')])
      const lists: (readonly MessagePart[])[] = []
      all.forEach((step, at) => {
        const event = 'text' in step ? append(step.text, at) : answer({ ...step, serial: `s3-${1_000 + at}`, saw: '' })
        state = reduce(state, event)
        const { parts } = selectMessage(state, 's2')!
        lists.push(parts)
        expectFound(parts)
      })
      lists.forEach(expectFound)
    }),
    { numRuns: 300 },
  )
})

it('the parts before the newest ones keep their index, also with an answer', () => {
  const waits = (parts: readonly MessagePart[]) => waitingIn(parts).map(({ toolCallId }) => toolCallId)
  const partsOf = (state: Conversation) => selectMessage(state, 's2')!.parts
  const asked = fold([prompt, response(asks() + asks({}, 'c2') + asks({}, 'c3'), 'streaming')])
  const answered = fold([answer()], asked)
  const lists = [partsOf(asked), partsOf(answered)]
  expect(lists.map(waits)).toEqual([
    ['c1', 'c2', 'c3'],
    ['c2', 'c3'],
  ])
  const decided = fold([append(frameHead({ type: 'decided', id: 'c2', approved: true }), 1)], answered)
  expect(waits(partsOf(decided))).toEqual(['c3'])
  expect(lists.map(waits)).toEqual([
    ['c1', 'c2', 'c3'],
    ['c2', 'c3'],
  ])
})

it('calls wait in their own order, not in that in which they were asked about', () => {
  const call = (id: string) => `${frameHead({ type: 'tool', id, name: 'pay' })}{}${frameHead({ type: 'input', id })}`
  const ask = (id: string) => frameHead({ type: 'ask', id, approval: id })
  const state = [call('c1') + call('c2') + call('c3'), ask('c3'), ask('c1'), ask('c2')].reduce(
    (before, text, at) => {
      const next = fold([append(text, at)], before)
      expectFound(selectMessage(next, 's2')!.parts)
      return next
    },
    fold([prompt, response('', 'streaming')]),
  )
  expect(selectWaiting(state).map(({ call: { toolCallId } }) => toolCallId)).toEqual(['c1', 'c2', 'c3'])
})

it('a call whose output is being sent waits no longer', () => {
  const asked = frameHead({ type: 'ask', id: 'c1', approval: 'a', wants: 'output' })
  const call = `${frameHead({ type: 'tool', id: 'c1', name: 'pay' })}{}${frameHead({ type: 'input', id: 'c1' })}`
  const state = fold([prompt, response(call + asked)])
  expect(selectWaiting(state)).toHaveLength(1)
  const sent = { target: 's2', call: 'c1', saw: '', text: '{"a":1}', clientId: 'alice', at: 3, key: 'k' } as const
  for (const kind of ['output', 'fault'] as const) {
    const text = kind === 'output' ? sent.text : '{"error":"no"}'
    expect(selectWaiting(fold([{ type: 'answer-sent', ...sent, kind, text }], state))).toEqual([])
  }
})
