import type { ConversationEvent } from '@streamfold/core'
import {
  emptyConversation,
  fromJSON,
  mayDecide,
  reduce,
  selectMessage,
  selectMessages,
  selectStatus,
  selectWaiting,
  toJSON,
} from '@streamfold/core'
import { answerId, answerMessage, frameHead, inputHash } from '@streamfold/core/codec'
import { exportLog, importLog, replay } from '@streamfold/core/log'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, asks, callIn, input, message, prompt, response } from './asking.ts'
import { fold } from './build.ts'

const open = fold([prompt, response(asks())])

function after(...events: readonly ConversationEvent[]) {
  return callIn(fold(events, open))
}

describe('an answer to a call', () => {
  it('approves it for every reader', () => {
    const call = after(answer({ data: { reason: 'fine' } }))
    expect(call.state).toBe('approval-responded')
    expect(call.approval).toEqual({ id: 'a-c1', approved: true, reason: 'fine', by: 'alice', at: 20, answer: 's3' })
    expect(call.input).toEqual(input)
  })

  it('is in its copy and in its JSON', () => {
    const call = after(answer({ data: { reason: 'fine' } }))
    for (const copy of [{ ...call }, JSON.parse(JSON.stringify(call)) as typeof call])
      expect(copy).toMatchObject({ state: 'approval-responded', input, approval: { approved: true } })
  })

  it('has no reason that is no text', () => {
    expect(after(answer({ data: { reason: 7 } })).approval).toEqual({
      id: 'a-c1',
      approved: true,
      by: 'alice',
      at: 20,
      answer: 's3',
    })
  })

  it('counts when its prompt is read later, also where both authors have no client id', () => {
    const anonymous = message('s1', { name: 'prompt', data: 'hi', headers: { role: 'user' } })
    for (const [one, asked] of [
      [answer(), prompt],
      [answer({ by: '' }), anonymous],
    ] as const) {
      const before = fold([response(asks()), one])
      expect(callIn(before).state).toBe('approval-requested')
      expect(callIn(reduce(before, asked)).state).toBe('approval-responded')
      expect(callIn(before).state).toBe('approval-requested')
    }
  })

  it('stays when the response changes in nothing else', () => {
    const one = fold([prompt, response(asks(), 'streaming'), answer()])
    expect(selectMessages(one)[1]).toMatchObject({ status: 'streaming', parts: [{ state: 'approval-responded' }] })
    const two = reduce(one, response(asks(), 'waiting', 's6'))
    expect(selectMessages(two)[1]).toMatchObject({ status: 'waiting', parts: [{ state: 'approval-responded' }] })
    const ended = reduce(two, response(asks(), 'cancelled', 's9'))
    expect(callIn(ended)).toMatchObject({ state: 'interrupted', approval: { late: [{ serial: 's3' }] } })
  })

  it('counts or not as the response says whose prompt it answers, and what else it says is shown', () => {
    const bobs = message('s0', { name: 'prompt', data: 'hi', clientId: 'bob', headers: { role: 'user' } })
    const one = fold([bobs, prompt, response(asks()), answer()])
    const versions = [{ 'reply-to': 's0' }, { 'reply-to': 's1' }, { 'reply-to': 's1', 'x-plan': 'pro' }].map((more, at) =>
      response(asks(), 'waiting', `s${at + 5}`, more),
    )
    const states = versions.map((_, at) => fold(versions.slice(0, at + 1), one))
    expect([one, ...states].map((state) => callIn(state).state)).toEqual([
      'approval-responded',
      'approval-requested',
      'approval-responded',
      'approval-responded',
    ])
    expect(states.map((state) => selectMessage(state, 's2')?.headers['x-plan'])).toEqual([undefined, undefined, 'pro'])
  })

  it('denies it', () => {
    expect(after(answer({ kind: 'deny', data: { reason: 'no' } })).approval).toMatchObject({ approved: false, reason: 'no' })
  })

  it('keeps the reason of the request beside that of the decision', () => {
    const state = fold([prompt, response(asks({ reason: 'it writes to people' })), answer({ data: { reason: 'fine' } })])
    expect(callIn(state).approval).toMatchObject({ requestReason: 'it writes to people', reason: 'fine' })
  })

  it('decides by the smallest serial; a later one is too late', () => {
    const asked = fold([prompt, response(asks({ of: ['alice', 'bob'] }))])
    const two = [answer({ serial: 's3', by: 'bob', kind: 'deny' }), answer({ serial: 's4', by: 'alice', at: 21 })]
    for (const order of [two, two.toReversed()]) {
      const call = callIn(fold(order, asked))
      expect(call.approval).toMatchObject({ approved: false, by: 'bob', answer: 's3' })
      expect(call.approval?.late).toEqual([{ serial: 's4', by: 'alice', approved: true, at: 21 }])
    }
  })

  it.each([
    ['by someone else', answer({ by: 'mallory' })],
    ['by someone without an identity', answer({ by: '' })],
    ['about another input', answer({ saw: inputHash({ to: 'eve' }) })],
    ['without an input', answer({ saw: '' })],
    ['of another kind', answer({ kind: 'output', data: 1 })],
    ['about another call', answer({ call: 'c2' })],
    ['about another response', answer({ target: 's1' })],
    ['that was updated', answer({ action: 'message.update', version: 's4' })],
    ['that was deleted', answer({ action: 'message.delete', version: 's4' })],
    ['that permissions refuse', answer({ options: { permissions: { mayAnswer: () => false } } })],
    [
      'whose data is not JSON',
      message('s3', {
        name: 'answer',
        data: '{',
        clientId: 'alice',
        headers: { target: 's2', call: 'c1', kind: 'approve', saw: inputHash(input) },
      }),
    ],
  ])('%s changes nothing', (_, event) => {
    expect(after(event)).toBe(callIn(open))
    expect(selectMessages(fold([event], open))).toBe(selectMessages(open))
  })

  it('by someone else counts where permissions allow it, and of those whom the call names', () => {
    const boss = answer({ by: 'boss', options: { permissions: { mayAnswer: (by) => (by === 'boss' ? true : undefined) } } })
    expect(after(boss).approval).toMatchObject({ approved: true, by: 'boss' })
    const asked = fold([prompt, response(asks({ of: ['bob'] }))])
    expect(callIn(fold([answer({ by: 'bob' })], asked)).approval).toMatchObject({ by: 'bob' })
    expect(callIn(fold([answer({ by: 'alice' })], asked)).state).toBe('approval-requested')
  })

  it('after the deadline is too late, and decides nothing', () => {
    const asked = fold([prompt, response(asks({ until: 30 }))])
    expect(callIn(fold([answer({ at: 30 })], asked)).approval?.approved).toBe(true)
    const call = callIn(fold([answer({ at: 31 })], asked))
    expect(call.state).toBe('approval-requested')
    expect(call.approval).toEqual({
      id: 'a-c1',
      until: 30,
      late: [{ serial: 's3', by: 'alice', approved: true, at: 31 }],
    })
  })

  it('is withdrawn by an update, whichever comes first', () => {
    const versions = [answer(), answer({ action: 'message.update', version: 's9', kind: 'deny' })]
    for (const order of [versions, versions.toReversed()]) expect(after(...order).state).toBe('approval-requested')
  })

  it.each([
    ['a message of another name', { name: 'prompt', data: 'never mind', headers: { role: 'user' } }],
    ['a message without a call', { name: 'answer', data: '{}', headers: { role: 'user' } }],
    ['an answer to nothing', { name: 'answer', data: '{}', headers: { call: 'c1', kind: 'approve' } }],
    ['an answer of no kind', { name: 'answer', data: '{}', headers: { target: 's2', call: 'c1', kind: 'perhaps' } }],
    ['a cancel', { name: 'cancel', headers: { target: 's2' } }],
    ['a value', { name: 'answer', data: { approve: true }, headers: { role: 'user' } }],
  ])('is withdrawn by its author who makes it %s, for readers of the stream and of history', (_, change) => {
    const changed = (source: 'live' | 'history') =>
      message(
        's3',
        { ...change, clientId: 'alice', action: 'message.update', version: { serial: 's9', timestamp: 30, clientId: 'alice' } },
        { source },
      )
    for (const events of [
      [answer(), changed('live')],
      [answer(), changed('history')],
      [answer(), changed('live'), answer(), changed('history')],
      [changed('history')],
    ]) {
      const state = fold(events, open)
      expect(callIn(state).state).toBe('approval-requested')
      expect(callIn(fromJSON(JSON.parse(JSON.stringify(toJSON(state))))).state).toBe('approval-requested')
    }
    const { answers } = fold([answer({ data: { reason: 'SECRET' } }), changed('live')], open).context
    expect(answers).toMatchObject([{ serial: 's3', target: 's2', call: 'c1', text: '', withdrawn: true }])
    const events = [prompt, response(asks()), answer(), changed('live')]
    const log = importLog(exportLog({ start: emptyConversation(), events }))
    expect(callIn(replay(log)).state).toBe('approval-requested')
  })

  it('is withdrawn if a message has its serial already', () => {
    const shown = message('s3', {
      name: 'prompt',
      data: 'never mind',
      clientId: 'alice',
      action: 'message.update',
      version: { serial: 's9', timestamp: 30 },
      headers: { role: 'user' },
    })
    const state = fold([shown, answer()], open)
    expect(callIn(state).state).toBe('approval-requested')
    expect(state.context.answers).toMatchObject([{ serial: 's3', text: '', withdrawn: true }])
  })

  it('gives way to what the response says', () => {
    const decided = asks() + frameHead({ type: 'decided', id: 'c1', approved: false, answer: 's5', by: 'bob', at: 9 })
    const call = after(answer(), response(decided, 'streaming', 's6'))
    expect(call.approval).toMatchObject({ approved: false, answer: 's5', by: 'bob', at: 9 })
    expect(call.approval?.late).toEqual([{ serial: 's3', by: 'alice', approved: true, at: 20 }])
    const same = asks() + frameHead({ type: 'decided', id: 'c1', approved: true, answer: 's3', by: 'alice', at: 20 })
    expect(after(answer(), response(same, 'streaming', 's6')).approval).toEqual(after(answer()).approval)
  })

  it('comes too late where the response has ended', () => {
    for (const status of ['complete', 'cancelled', 'failed']) {
      const call = after(response(asks(), status, 's9'), answer())
      expect([call.state, call.approval?.approved, call.approval?.late?.length]).toEqual(['interrupted', undefined, 1])
    }
  })

  it('changes no other part, and nothing where it comes again', () => {
    const two = fold([prompt, response(asks() + asks({}, 'c2'))])
    const state = fold([answer()], two)
    expect(callIn(state, 'c2')).toBe(callIn(two, 'c2'))
    expect(fold([answer()], state)).toBe(state)
    expect(selectMessages(state)).toBe(selectMessages(fold([], state)))
    const more = reduce(state, answer({ serial: 's4', call: 'c2', kind: 'deny' }))
    expect(callIn(more)).toBe(callIn(state))
  })

  it('counts for the first of the records that make a response, and for a later one', () => {
    const more = message('s3', {
      name: 'response',
      data: frameHead({ type: 'step' }) + asks({}, 'c2'),
      clientId: 'agent',
      headers: { role: 'assistant', status: 'waiting', format: 'parts/1', 'reply-to': 's1', continues: 's2' },
    })
    const state = fold([prompt, response(asks(), 'complete'), more])
    for (const target of ['s2', 's3'])
      expect(callIn(fold([answer({ serial: 's4', call: 'c2', target })], state), 'c2').approval).toMatchObject({ approved: true })
    expect(selectWaiting(state).map(({ message, call }) => [message.id, call.toolCallId])).toContainEqual(['s2', 'c2'])
  })
})

describe('answers that name different records of one response', () => {
  const more = message('s3', {
    name: 'response',
    data: frameHead({ type: 'step' }) + asks({ of: ['alice', 'bob'] }, 'c2'),
    clientId: 'agent',
    headers: { role: 'assistant', status: 'waiting', format: 'parts/1', 'reply-to': 's1', continues: 's2' },
  })
  const state = fold([prompt, response(asks({ of: ['alice', 'bob'] }), 'complete'), more])

  it('are ruled on together: the one with the smallest serial decides', () => {
    for (const [first, second] of [
      ['s2', 's3'],
      ['s3', 's2'],
    ] as const) {
      const two = [
        answer({ serial: 's5', by: 'bob', kind: 'deny', call: 'c2', target: first }),
        answer({ serial: 's6', by: 'alice', call: 'c2', target: second }),
      ]
      for (const order of [two, two.toReversed()])
        expect(callIn(fold(order, state), 'c2').approval).toMatchObject({
          approved: false,
          answer: 's5',
          late: [{ serial: 's6' }],
        })
    }
  })

  it('that are late are in the order of their serials', () => {
    const three = [
      answer({ serial: 's4', by: 'bob', call: 'c2', target: 's2' }),
      answer({ serial: 's5', by: 'alice', call: 'c2', target: 's3' }),
      answer({ serial: 's6', by: 'bob', call: 'c2', target: 's2' }),
    ]
    for (const order of [three, three.toReversed()])
      expect(callIn(fold(order, state), 'c2').approval).toMatchObject({
        answer: 's4',
        late: [{ serial: 's5' }, { serial: 's6' }],
      })
  })

  it('are shown beside one that is being sent', () => {
    const saw = inputHash(input)
    const sent = {
      type: 'answer-sent',
      key: 'k',
      target: 's3',
      call: 'c2',
      kind: 'approve',
      saw,
      text: '{}',
      clientId: 'alice',
      at: 15,
    } as const
    const other = answer({ serial: 's5', call: 'c9', target: 's2' })
    for (const events of [
      [sent, other],
      [other, sent],
    ])
      expect(callIn(fold(events, state), 'c2').approval).toMatchObject({ approved: true, pending: true })
  })
})

describe('the output of a call that a page runs', () => {
  const asked = fold([prompt, response(asks({ wants: 'output' }))])

  it('is asked for', () => {
    const call = callIn(asked)
    expect([call.state, call.wanted, call.approval]).toEqual(['input-available', { id: 'a-c1' }, undefined])
    expect(selectWaiting(asked).map(({ call: { toolCallId } }) => toolCallId)).toEqual(['c1'])
  })

  it('is shown at once, with who gave it', () => {
    const call = callIn(fold([answer({ kind: 'output', data: { zone: 'UTC' } })], asked))
    expect([call.state, call.output, call.wanted]).toEqual([
      'output-available',
      { zone: 'UTC' },
      { id: 'a-c1', by: 'alice', at: 20, answer: 's3' },
    ])
    expect(call.input).toEqual(input)
  })

  it('may be a failure', () => {
    const call = callIn(fold([answer({ kind: 'fault', data: { error: 'no permission' } })], asked))
    expect([call.state, call.errorText]).toEqual(['output-error', 'no permission'])
    expect(call.wanted).toEqual({ id: 'a-c1', by: 'alice', at: 20, answer: 's3' })
  })

  it('is no approval', () => {
    expect(callIn(fold([answer()], asked))).toBe(callIn(asked))
  })

  it('may be asked for after an approval: each answer counts for what it answers', () => {
    const decided = frameHead({ type: 'decided', id: 'c1', approved: true, answer: 's3' })
    const frames = asks() + decided + frameHead({ type: 'ask', id: 'c1', approval: 'b', wants: 'output' })
    const approved = fold([answer(), response(frames, 'waiting', 's4')], fold([prompt, response(asks())]))
    expect(selectWaiting(approved).map(({ call: { toolCallId } }) => toolCallId)).toEqual(['c1'])
    expect(callIn(approved)).toMatchObject({ state: 'approval-responded', approval: { answer: 's3' }, wanted: { id: 'b' } })
    const given = answer({ serial: 's5', kind: 'output', data: { zone: 'UTC' } })
    const state = fold([given, answer({ serial: 's6', kind: 'deny' })], approved)
    expect(callIn(state)).toMatchObject({
      state: 'output-available',
      output: { zone: 'UTC' },
      approval: { approved: true, late: [{ serial: 's6', approved: false }] },
      wanted: { answer: 's5' },
    })
    expect(selectWaiting(state)).toEqual([])
  })

  it('gives way to what the response says: another output, another answer, or that the time is over', () => {
    const given = answer({ kind: 'output', data: { zone: 'UTC' } })
    const late = [{ serial: 's3', by: 'alice', at: 20 }]
    const asksFor = asks({ wants: 'output' })
    const after = (frames: string) => callIn(fold([prompt, response(asksFor + frames, 'streaming'), given]))
    const has = after(`${frameHead({ type: 'output', id: 'c1' })}2${frameHead({ type: 'end', id: 'c1' })}`)
    expect(has).toMatchObject({ state: 'output-available', output: 2, wanted: { late } })
    expect(after(frameHead({ type: 'decided', id: 'c1', answer: 's5', by: 'bob' }))).toMatchObject({
      state: 'input-available',
      wanted: { answer: 's5', by: 'bob', late },
    })
    expect(after(frameHead({ type: 'decided', id: 'c1', auto: 'deadline' }))).toMatchObject({
      state: 'input-available',
      wanted: { auto: 'deadline', late },
    })
  })

  it('is asked for after the approval, which then comes too late', () => {
    const frames = asks() + frameHead({ type: 'ask', id: 'c1', approval: 'b', wants: 'output' })
    const { approval } = callIn(fold([prompt, response(frames), answer()]))
    const late = [{ serial: 's3', by: 'alice', approved: true, at: 20 }]
    expect(approval).toEqual({ id: 'a-c1', late })
    const decided = frameHead({ type: 'decided', id: 'c1', approved: false, answer: 's0', by: 'bob' })
    const other = asks() + decided + frameHead({ type: 'ask', id: 'c1', approval: 'b', wants: 'output' })
    expect(callIn(fold([prompt, response(other), answer()])).approval).toMatchObject({ approved: false, answer: 's0', late })
    const output = `${asks()}${frameHead({ type: 'output', id: 'c1' })}2${frameHead({ type: 'end', id: 'c1' })}`
    expect(callIn(fold([prompt, response(output), answer()]))).toMatchObject({
      state: 'output-available',
      output: 2,
      approval: { id: 'a-c1', late },
    })
  })

  it('says the same when the response has it', () => {
    const written =
      asks({ wants: 'output' }) +
      frameHead({ type: 'decided', id: 'c1', approved: true, answer: 's3', by: 'alice', at: 20 }) +
      frameHead({ type: 'output', id: 'c1' }) +
      '{"zone":"UTC"}' +
      frameHead({ type: 'end', id: 'c1' })
    const given = answer({ kind: 'output', data: { zone: 'UTC' } })
    const [one, other] = [[given], [given, response(written, 'streaming', 's6')]].map((events) => callIn(fold(events, asked)))
    expect([other?.state, other?.output, other?.wanted]).toEqual([one?.state, one?.output, one?.wanted])
  })
})

describe('the output of a call whose agent does not ask for it (P130)', () => {
  const written = frameHead({ type: 'tool', id: 'c1', name: 'invite' }) + JSON.stringify(input)
  const complete = written + frameHead({ type: 'input', id: 'c1' })
  const unbound = (more: Parameters<typeof answer>[0]): ConversationEvent => {
    const event = answer({ saw: '', ...more })
    return event.type === 'answer' ? { ...event, unbound: true } : event
  }
  const output = unbound({ kind: 'output', data: { zone: 'UTC' } })
  const given = { state: 'output-available', output: { zone: 'UTC' }, wanted: { id: 'c1', by: 'alice', at: 20, answer: 's3' } }

  it('is shown once the input is complete, and stays the same object', () => {
    const state = fold([prompt, response(complete, 'streaming'), output])
    expect(callIn(state)).toMatchObject(given)
    const fault = unbound({ kind: 'fault', data: { error: 'no permission' } })
    expect(callIn(fold([prompt, response(complete, 'streaming'), fault]))).toMatchObject({
      state: 'output-error',
      errorText: 'no permission',
    })
    const other = unbound({ serial: 's4', call: 'c9', kind: 'output', data: 1 })
    expect(callIn(reduce(state, other))).toBe(callIn(state))
  })

  it('counts after the end if it was given before', () => {
    const state = fold([prompt, response(complete, 'streaming'), output, response(complete, 'cancelled', 's9')])
    expect(callIn(state)).toMatchObject(given)
    const after = fold([prompt, response(complete, 'streaming'), response(complete, 'cancelled', 's9'), output])
    expect(callIn(after)).toMatchObject(given)
    const afterwards = unbound({ serial: 's9', kind: 'output', data: 1 })
    expect(callIn(fold([prompt, response(complete, 'cancelled', 's5'), afterwards])).state).toBe('interrupted')
  })

  it('comes in time for a later end, and by the author of the prompt that the response names now', () => {
    const versions = [
      [response(complete, 'cancelled', 's5'), unbound({ serial: 's6', kind: 'output', data: 1 })],
      [response(`${complete}${frameHead({ type: 'text' })}so`, 'cancelled', 's7')],
      [message('s0', { name: 'prompt', data: 'hi', clientId: 'bob', headers: { role: 'user' } })],
      [response(`${complete}${frameHead({ type: 'text' })}so`, 'cancelled', 's8', { 'reply-to': 's0' })],
      [response(`${complete}${frameHead({ type: 'text' })}so`, 'cancelled', 's9', { 'reply-to': 's1', 'x-plan': 'pro' })],
    ]
    const expected = ['interrupted', 'output-available', 'output-available', 'interrupted', 'output-available']
    let state = fold([prompt])
    versions.forEach((events, at) => {
      state = fold(events, state)
      expect([callIn(state).state, at]).toEqual([expected[at], at])
      // What was shown before makes no difference.
      const freshly = fold([prompt, ...versions.slice(0, at + 1).flat()])
      expect(selectMessages(state)).toEqual(selectMessages(freshly))
    })
    expect(selectMessages(state).at(-1)?.headers).toMatchObject({ 'x-plan': 'pro' })
  })

  it('is shown while this client sends it, and is none where it sends an approval', () => {
    const state = fold([prompt, response(complete, 'streaming')])
    const sent = (kind: 'output' | 'approve'): ConversationEvent => ({
      type: 'answer-sent',
      key: 'k',
      target: 's2',
      call: 'c1',
      kind,
      saw: '',
      text: '{"zone":"UTC"}',
      clientId: 'alice',
      at: 15,
    })
    expect(callIn(reduce(state, sent('output')))).toMatchObject({
      state: 'output-available',
      output: { zone: 'UTC' },
      wanted: { by: 'alice', at: 15, pending: true },
    })
    const named = answer({ serial: 's5', kind: 'output', data: 1 })
    for (const approval of [sent('approve'), unbound({})])
      expect(callIn(fold([approval, named], state))).toEqual(callIn(reduce(state, approval)))
  })

  it('is shown beside an answer that names the input', () => {
    const named = answer({ serial: 's4', kind: 'output', data: 1 })
    for (const order of [
      [output, named],
      [named, output],
    ])
      expect(callIn(fold([prompt, response(complete, 'streaming'), ...order]))).toMatchObject(given)
  })

  it('may be asked for an approval, and counts then as well', () => {
    const approved = { state: 'approval-responded', approval: { approved: true, answer: 's3' } }
    const cancelled = response(asks(), 'cancelled', 's9')
    expect(callIn(fold([prompt, response(asks()), unbound({})]))).toMatchObject(approved)
    expect(callIn(fold([prompt, response(asks()), unbound({}), cancelled]))).toMatchObject(approved)
    expect(callIn(fold([prompt, response(asks()), cancelled, unbound({ serial: 's91' })]))).toMatchObject({
      state: 'interrupted',
      approval: { late: [{ serial: 's91' }] },
    })
    const decided = asks() + frameHead({ type: 'decided', id: 'c1', approved: false, by: 'bob' })
    expect(callIn(fold([prompt, response(decided, 'streaming'), unbound({})])).approval).not.toHaveProperty('late')
  })

  it('comes too late after the deadline, and after the answer that the response names, whatever the response goes on with', () => {
    const late = [{ serial: 's8', by: 'alice', approved: true, at: 50 }]
    const afterwards = unbound({ serial: 's8', at: 50 })
    const first = unbound({ serial: 's3', kind: 'deny', at: 20 })
    const named = { type: 'decided', id: 'c1', approved: false, answer: 's3', by: 'alice', at: 20 } as const
    const expired = { type: 'decided', id: 'c1', approved: false, auto: 'deadline' } as const
    const missed = `${frameHead({ type: 'fault', id: 'c1', denied: true })}nobody${frameHead({ type: 'end', id: 'c1' })}`
    for (const [head, events] of [
      [named, [first, afterwards]],
      [expired, [afterwards]],
    ] as const) {
      const asked = fold([prompt, response(asks({ until: 30 })), ...events])
      expect(callIn(asked).approval).toMatchObject({ late })
      for (const data of [frameHead(head), frameHead(head) + missed, frameHead(head) + missed + frameHead({ type: 'step' })]) {
        const state = reduce(asked, response(asks({ until: 30 }) + data, 'streaming', 's9'))
        expect(callIn(state).approval).toMatchObject({ approved: false, late })
      }
      const ended = reduce(asked, response(asks({ until: 30 }) + frameHead(head) + missed, 'complete', 's9'))
      expect(callIn(ended).approval).toMatchObject({ approved: false, late })
    }
    const output = unbound({ serial: 's8', kind: 'output', data: 1, at: 50 })
    const wanted = asks({ wants: 'output', until: 30 }) + frameHead({ type: 'decided', id: 'c1', auto: 'deadline' })
    expect(callIn(fold([prompt, response(wanted, 'streaming'), output])).wanted).toMatchObject({
      auto: 'deadline',
      late: [{ serial: 's8', by: 'alice', at: 50 }],
    })
  })

  it.each<[string, string, ConversationEvent]>([
    ['that names the input that it is about', complete, answer({ kind: 'output', data: 1 })],
    ['that approves', complete, unbound({})],
    ['of a call whose input is not complete', written, output],
    [
      'of a call that has its output',
      `${complete}${frameHead({ type: 'output', id: 'c1' })}2${frameHead({ type: 'end', id: 'c1' })}`,
      output,
    ],
    ['by someone else', complete, unbound({ by: 'mallory', kind: 'output', data: 1 })],
  ])('is not one: an answer %s', (_, data, event) => {
    const state = fold([prompt, response(data, 'streaming')])
    expect(callIn(reduce(state, event))).toEqual(callIn(state))
  })
})

describe('an answer that is being sent', () => {
  const draft = { target: 's2', call: 'c1', kind: 'approve', saw: inputHash(input), text: '{}' } as const
  const key = answerId(draft, 'alice', 0)
  const sent = { type: 'answer-sent', key, ...draft, clientId: 'alice', at: 15 } as const
  const echo = message('s3', {
    ...answerMessage(sent, 'alice'),
    headers: (answerMessage(sent, 'alice').extras as { headers: object }).headers,
    clientId: 'alice',
  })

  it('is shown as the person’s own until the channel has it', () => {
    const state = reduce(open, sent)
    expect(callIn(state).approval).toMatchObject({ approved: true, by: 'alice', pending: true })
    expect(selectWaiting(state)).toEqual([])
    const done = reduce(state, echo)
    expect(callIn(done).approval).toMatchObject({ approved: true, by: 'alice', answer: 's3' })
    expect(callIn(done).approval?.pending).toBeUndefined()
    expect(reduce(done, sent)).toBe(done)
  })

  it('is shown beside a prompt that is being sent', () => {
    const state = reduce(open, { type: 'prompt-sent', key: 'p', text: 'and', at: 12 })
    expect(selectMessages(state)).toHaveLength(3)
    expect(selectMessages(reduce(state, sent))[1]?.parts).toEqual([callIn(reduce(open, sent))])
  })

  it('gives way to an answer that counts', () => {
    const asked = fold([prompt, response(asks({ of: ['alice', 'bob'] })), sent, answer({ by: 'bob', kind: 'deny' })])
    expect(callIn(asked).approval).toMatchObject({ approved: false, by: 'bob' })
  })

  it('is gone when the channel has it, and no other is', () => {
    const other = { ...sent, key: 'other', call: 'c2' } as const
    const keys = (...events: readonly ConversationEvent[]) => fold(events, open).context.pendingAnswers.map(({ key }) => key)
    expect(keys(sent, other)).toEqual([key, 'other'])
    expect(keys(sent, other, echo)).toEqual(['other'])
    expect(keys(sent, other, { type: 'answer-failed', key, error: 'refused' })).toEqual(['other'])
    // Sent again.
    expect(keys(sent, other, sent)).toEqual(['other', key])
    // Another one of its author, and one that another user has published under its id.
    expect(keys(sent, answer({ serial: 's4' }))).toEqual([key])
    expect(keys(answer({ serial: 's4' }), sent)).toEqual([key])
    const byBob = { ...echo, clientId: 'bob' } as ConversationEvent
    expect(keys(sent, byBob)).toEqual([key])
    expect(keys(byBob, sent)).toEqual([key])
    // It was withdrawn by a version without an id.
    expect(keys(answer({ action: 'message.update', version: 's9' }), sent, echo)).toEqual([])
    const state = fold([sent], open)
    expect(reduce(state, answer({ serial: 's4' })).context.pendingAnswers).toBe(state.context.pendingAnswers)
  })

  it('has the time of the service once that is known', () => {
    const local = { ...answer({ at: 15 }), local: true } as ConversationEvent
    const { answers } = fold([local, answer({ at: 20 })], open).context
    expect(answers).toMatchObject([{ serial: 's3', at: 20 }])
    expect(answers[0]?.local).toBeUndefined()
    const known = fold([answer({ at: 20 })], open)
    expect(reduce(known, local)).toBe(known)
    expect(reduce(fold([local], open), local).context.answers).toMatchObject([{ at: 15, local: true }])
  })

  it('gives way to the end of the response, and to what the response says', () => {
    const state = reduce(open, sent)
    expect(callIn(reduce(state, response(asks(), 'cancelled', 's9')))).toMatchObject({
      state: 'interrupted',
      approval: { id: 'a-c1' },
    })
    expect(callIn(reduce(state, response(asks(), 'cancelled', 's9'))).approval).not.toHaveProperty('approved')
    const decided = asks() + frameHead({ type: 'decided', id: 'c1', approved: false, answer: 's5', by: 'bob', at: 9 })
    const call = callIn(reduce(state, response(decided, 'streaming', 's6')))
    expect(call.approval).toEqual({ id: 'a-c1', approved: false, answer: 's5', by: 'bob', at: 9 })
  })

  it('is not shown where the call asks for something else', () => {
    expect(callIn(reduce(open, { ...sent, kind: 'output', text: '1' }))).toEqual(callIn(open))
    const asked = fold([prompt, response(asks({ wants: 'output' }))])
    expect(callIn(reduce(asked, sent))).toEqual(callIn(asked))
  })

  it('is shown in the list of messages too, also beside other answers', () => {
    const two = fold([prompt, response(asks() + asks({}, 'c2')), answer({ call: 'c2' })])
    const shown = (state: typeof two) =>
      selectMessages(state)[1]?.parts.map((part) => 'approval' in part && part.approval?.pending)
    expect(shown(two)).toEqual([undefined, undefined])
    expect(shown(reduce(two, sent))).toEqual([true, undefined])
    expect(shown(two)).toEqual([undefined, undefined])
  })

  it('is gone if it could not be sent', () => {
    expect(callIn(fold([sent, { type: 'answer-failed', key, error: 'refused' }], open))).toEqual(callIn(open))
  })
})

describe('the id of an answer', () => {
  const draft = { target: 's2', call: 'c1', kind: 'approve', saw: inputHash(input), text: '{}' } as const
  const id = answerMessage(draft, 'alice').id

  it('is the same for all that one person answers to one question', () => {
    expect(answerMessage({ ...draft, kind: 'deny', text: '{"reason":"no"}' }, 'alice', 0).id).toBe(id)
    expect(id).toMatch(/^answer-[0-9a-f]{16}$/)
    expect(answerMessage(draft, undefined).id).toBe(answerMessage(draft, '').id)
  })

  it.each([
    ['person', answerMessage(draft, 'bob')],
    ['response', answerMessage({ ...draft, target: 's3' }, 'alice')],
    ['call', answerMessage({ ...draft, call: 'c2' }, 'alice')],
    ['input', answerMessage({ ...draft, saw: inputHash({ to: 'eve' }) }, 'alice')],
    ['attempt', answerMessage(draft, 'alice', 1)],
  ])('is another one for another %s', (_, other) => {
    expect(other.id).not.toBe(id)
  })
})

describe('a response that waits', () => {
  it('is waiting, whatever the time, until the next version', () => {
    const state = fold([prompt, response(asks()), { type: 'tick', now: 1e9 }])
    expect(selectMessages(state)[1]?.status).toBe('waiting')
    expect(selectStatus(state)).toBe('ready')
    expect(selectMessages(fold([response(asks(), 'streaming', 's5')], state))[1]?.status).toBe('streaming')
  })

  it('waits for the author of the prompt, or for those whom the call names', () => {
    const [waiting] = selectWaiting(open)
    expect(waiting && [mayDecide(waiting.call, waiting.prompt, 'alice'), mayDecide(waiting.call, waiting.prompt, 'bob')]).toEqual(
      [true, false],
    )
    expect(waiting && mayDecide(waiting.call, waiting.prompt, 'bob', true)).toBe(true)
    const bare = callIn(fold([prompt, response(frameHead({ type: 'tool', id: 'c1', name: 'invite' }))]))
    expect([mayDecide(bare, waiting?.prompt, 'alice'), mayDecide(bare, undefined, undefined)]).toEqual([true, false])
    const edited = message('s1', {
      name: 'prompt',
      data: 'invite carol',
      clientId: 'alice',
      action: 'message.update',
      version: { serial: 's8' },
      headers: { role: 'user' },
    })
    expect(selectWaiting(reduce(open, edited))[0]?.prompt?.text).toBe('invite carol')
    expect(selectWaiting(open)).toBe(selectWaiting(reduce(open, { type: 'tick', now: 5 })))
    expect(selectWaiting(fold([answer()], open))).toEqual([])
  })

  it('has no open text', () => {
    const state = fold([prompt, response('Let me ask.' + asks())])
    expect(selectMessages(state)[1]?.parts.map((part) => 'state' in part && part.state)).toEqual(['done', 'approval-requested'])
  })
})

describe('the decision about a call', () => {
  const events: readonly ConversationEvent[] = [
    prompt,
    response(asks({ of: ['alice', 'bob'], until: 40 })),
    answer({ serial: 's3', by: 'mallory' }),
    answer({ serial: 's4', by: 'bob', saw: 'x' }),
    answer({ serial: 's5', by: 'bob', kind: 'output', data: 1 }),
    answer({ serial: 's6', by: 'bob', action: 'message.delete', version: 's8' }),
    answer({ serial: 's6', by: 'bob' }),
    answer({ serial: 's7', by: 'bob', kind: 'deny', at: 25 }),
    answer({ serial: 's9', by: 'alice', at: 26 }),
    answer({ serial: 's99', by: 'alice', at: 41 }),
  ]
  const expected = {
    id: 'a-c1',
    of: ['alice', 'bob'],
    until: 40,
    approved: false,
    by: 'bob',
    at: 25,
    answer: 's7',
    late: [
      { serial: 's9', by: 'alice', approved: true, at: 26 },
      { serial: 's99', by: 'alice', approved: true, at: 41 },
    ],
  }

  it('does not depend on the order of arrival, on duplicates, or on being written out and read', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...events.keys(), ...events.keys()], { minLength: events.length }),
        fc.nat(20),
        (order, cut) => {
          const all = [...order.map((at) => events[at]!), ...events]
          const first = fold(all.slice(0, cut))
          const state = fold(all.slice(cut), fromJSON(JSON.parse(JSON.stringify(toJSON(first)))))
          expect(callIn(state).approval).toEqual(expected)
          expect(toJSON(replay(all)).rest.answers).toEqual(toJSON(state).rest.answers)
        },
      ),
    )
  })
})

describe('the state with answers', () => {
  it('is in JSON', () => {
    const state = fold([answer()], open)
    expect(callIn(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toEqual(callIn(state))
    const { answers: _, pendingAnswers: __, ...rest } = toJSON(emptyConversation()).rest
    expect(fromJSON({ ...toJSON(emptyConversation()), rest }).context.answers).toEqual([])
  })
})
