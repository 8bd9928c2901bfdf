import type { ConversationEvent } from '@streamfold/core'
import { reduce, selectPromptStates, selectStatus, selectUnanswered, selectUnansweredReason } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { asks, message, prompt, response } from './asking.ts'
import { attached, fold } from './build.ts'

const asked = (serial: string, headers: Record<string, string> = {}): ConversationEvent =>
  message(serial, { name: 'prompt', data: 'and', clientId: 'alice', headers: { role: 'user', ...headers } })
const withdrawn = (serial: string): ConversationEvent =>
  message(serial, {
    name: 'prompt',
    action: 'message.delete',
    version: { serial: 's9' },
    clientId: 'alice',
    headers: { role: 'user' },
  })
const later = (now: number): ConversationEvent => ({ type: 'tick', now })

function states(...events: readonly ConversationEvent[]): Record<string, string> {
  return Object.fromEntries(selectPromptStates(fold([...attached, later(1), ...events])))
}

const running = response('Well', 'streaming')
const into = asked('s3', { into: 's2' })

describe('the state of a prompt', () => {
  it.each<[string, Record<string, string>, readonly ConversationEvent[]]>([
    ['sending', { p: 'sending' }, [{ type: 'prompt-sent', key: 'p', text: 'hi', at: 1 }]],
    [
      'failed',
      { p: 'failed' },
      [
        { type: 'prompt-sent', key: 'p', text: 'hi', at: 1 },
        { type: 'prompt-failed', key: 'p', error: 'refused' },
      ],
    ],
    ['submitted', { s1: 'submitted' }, [prompt]],
    ['unanswered in time', { s1: 'unanswered' }, [prompt, later(30_000)]],
    [
      'unanswered, because nobody could be asked',
      { s1: 'unanswered' },
      [prompt, { type: 'prompt-unanswered', serial: 's1', error: 'no agent' }],
    ],
    ['answered', { s1: 'answered' }, [prompt, running]],
    ['queued', { s1: 'answered', s3: 'queued', s4: 'queued' }, [prompt, running, asked('s3'), asked('s4')]],
    [
      'queued, however long that takes',
      { s1: 'answered', s3: 'queued' },
      [
        prompt,
        running,
        asked('s3'),
        later(9_000),
        later(30_000),
        later(31_000),
        response('Well, well', 'streaming', 's5'),
        later(32_000),
      ],
    ],
    [
      'submitted, once the response has ended',
      { s1: 'answered', s3: 'submitted' },
      [prompt, running, asked('s3'), later(30_000), response('Well, well', 'complete', 's5'), later(31_000)],
    ],
    [
      'unanswered, long after the response has ended',
      { s1: 'answered', s3: 'unanswered' },
      [prompt, running, asked('s3'), later(30_000), response('Well, well', 'complete', 's5'), later(60_000)],
    ],
    [
      'not queued behind a response to a later prompt',
      { s1: 'unanswered', s2: 'answered' },
      [
        prompt,
        asked('s2'),
        later(30_000),
        message('s3', { clientId: 'agent', headers: { role: 'assistant', status: 'streaming', 'reply-to': 's2' } }),
      ],
    ],
    ['queued into a response', { s1: 'answered', s3: 'queued' }, [prompt, running, into]],
    ['queued into a response that waits', { s1: 'answered', s3: 'queued' }, [prompt, response(asks()), into, later(60_000)]],
    [
      'taken in',
      { s1: 'answered', s3: 'taken-in' },
      [prompt, running, into, response(`Well${frameHead({ type: 'steer', serial: 's3' })}`, 'streaming', 's5')],
    ],
    [
      'taken in, also after the end',
      { s1: 'answered', s3: 'taken-in' },
      [prompt, running, into, response(`Well${frameHead({ type: 'steer', serial: 's3' })}`, 'complete', 's5'), later(60_000)],
    ],
    [
      'submitted, where the response ended without it',
      { s1: 'answered', s3: 'submitted' },
      [prompt, running, into, response('Well', 'complete', 's5')],
    ],
    [
      'submitted, where nothing waits but a response that waits for a person',
      { s1: 'answered', s3: 'submitted' },
      [prompt, response(asks()), asked('s3')],
    ],
    ['submitted, where it names a response that is not known', { s3: 'submitted' }, [asked('s3', { into: 's0' })]],
    [
      'answered by a response that names no prompt, as are all before it',
      { s1: 'answered', s2: 'answered', s4: 'submitted' },
      [
        prompt,
        asked('s2'),
        message('s3', { clientId: 'agent', headers: { role: 'assistant', status: 'complete' } }),
        asked('s4'),
      ],
    ],
    [
      'unanswered still, where the request for another response was withdrawn',
      { s1: 'unanswered', s3: 'withdrawn' },
      [prompt, later(30_000), asked('s3', { again: 's1' }), withdrawn('s3')],
    ],
    [
      'unanswered still, where the request for another response could not be sent',
      { s1: 'unanswered', p: 'failed' },
      [
        prompt,
        later(30_000),
        { type: 'prompt-sent', key: 'p', text: '', again: 's1', clientId: 'alice', at: 1 },
        { type: 'prompt-failed', key: 'p', error: 'refused' },
      ],
    ],
    [
      'queued behind the response to a prompt that is not loaded',
      { s1: 'queued', s2: 'queued' },
      [
        prompt,
        asked('s2'),
        message('s3', { clientId: 'agent', headers: { role: 'assistant', status: 'streaming', 'reply-to': 's0' } }),
      ],
    ],
    [
      'unanswered, although an earlier prompt was changed a moment ago',
      { s1: 'unanswered', s3: 'unanswered' },
      [prompt, asked('s3'), later(30_000), { type: 'prompt-unanswered', serial: 's1', error: 'no agent' }, later(31_000)],
    ],
    [
      'submitted until all the time to answer is over, which begins when the response before it has ended',
      { s1: 'answered', s3: 'submitted' },
      [prompt, running, asked('s3'), later(30_000), response('Well, well', 'complete', 's5'), later(50_000)],
    ],
    [
      'unanswered after that time',
      { s1: 'answered', s3: 'unanswered' },
      [prompt, running, asked('s3'), later(30_000), response('Well, well', 'complete', 's5'), later(50_001)],
    ],
    [
      'sending still, where its author may not ask for another response',
      { s1: 'submitted', p: 'sending' },
      [prompt, { type: 'prompt-sent', key: 'p', text: '', again: 's1', clientId: 'bob', at: 1 }],
    ],
    ['withdrawn', { s1: 'answered', s3: 'withdrawn' }, [prompt, running, asked('s3'), withdrawn('s3')]],
  ])('%s', (_, expected, events) => {
    expect(states(...events)).toEqual(expected)
  })

  it('is unanswered at once where an old prompt is read: nothing holds it up', () => {
    const old = message('s1', { name: 'prompt', data: 'hi', clientId: 'alice', headers: { role: 'user' } }, { source: 'history' })
    expect(Object.fromEntries(selectPromptStates(fold([later(100_000), ...attached, old])))).toEqual({ s1: 'unanswered' })
  })

  it('is the same map while nothing changes', () => {
    const state = fold([...attached, prompt, running, asked('s3')])
    const known = selectPromptStates(state)
    const more = fold([response('Well, well', 'streaming', 's5'), later(2)], state)
    expect(selectPromptStates(more)).toBe(known)
    expect(selectPromptStates(reduce(more, withdrawn('s3')))).not.toBe(known)
  })

  it('follows what a response says while it is appended', () => {
    const state = fold([...attached, prompt, running, into])
    expect(selectPromptStates(state).get('s3')).toBe('queued')
    const append = (data: string, version: string) =>
      message('s2', { action: 'message.append', data, clientId: 'agent', version: { serial: version, timestamp: 12 } })
    const taken = fold([append(frameHead({ type: 'steer', serial: 's3' }), 's6')], state)
    expect(selectPromptStates(taken).get('s3')).toBe('taken-in')
    expect(selectPromptStates(reduce(taken, append(' more', 's7')))).toBe(selectPromptStates(taken))
  })

  it('follows it also where no other prompt is known', () => {
    const state = fold([...attached, running, into])
    expect(Object.fromEntries(selectPromptStates(state))).toEqual({ s3: 'queued' })
    const data = frameHead({ type: 'steer', serial: 's3' })
    const version = { serial: 's6', timestamp: 12 }
    const taken = reduce(state, message('s2', { action: 'message.append', data, clientId: 'agent', version }))
    expect(Object.fromEntries(selectPromptStates(taken))).toEqual({ s3: 'taken-in' })
  })

  it('is of the prompts that are there', () => {
    const state = fold([...attached, later(1), prompt, asked('s3')])
    expect([...selectPromptStates(state).keys()]).toEqual(['s3', 's1'])
    const turned: ConversationEvent = { type: 'ignored', reason: 'a cancel', turned: { serial: 's3', version: 's9' } }
    expect([...selectPromptStates(reduce(state, turned))]).toEqual([['s1', 'submitted']])
  })

  it('agrees with what is unanswered', () => {
    const queued = fold([
      ...attached,
      later(1),
      prompt,
      running,
      asked('s3'),
      later(9_000),
      response('Well..', 'streaming', 's4'),
      later(30_000),
    ])
    expect([selectUnanswered(queued)?.id, selectUnansweredReason(queued)]).toEqual(['s3', undefined])
    const steering = fold([...attached, prompt, running, into])
    expect([selectUnanswered(steering), selectStatus(steering)]).toEqual([undefined, 'streaming'])
    const missed = fold([response('Well', 'complete', 's5')], steering)
    expect([selectUnanswered(missed)?.id, selectStatus(missed)]).toEqual(['s3', 'submitted'])
  })

  it('is of the prompt that was sent, where another client has taken its id', () => {
    const taken = message('s1', { id: 'p', name: 'prompt', data: 'hi', clientId: 'bob', headers: { role: 'user' } })
    const sent = { type: 'prompt-sent', key: 'p', text: 'hi', clientId: 'alice', at: 1 } as const
    const state = fold([...attached, later(1), taken, sent])
    expect([...selectPromptStates(state)]).toEqual([
      ['p~', 'sending'],
      ['s1', 'submitted'],
    ])
    expect(selectPromptStates(reduce(state, { type: 'prompt-failed', key: 'p', error: 'refused' })).get('p~')).toBe('failed')
  })

  it('shows at once into which response a prompt is sent', () => {
    const sent = { type: 'prompt-sent', key: 'p', text: 'hi', into: 's2', at: 1 } as const
    const state = fold([...attached, prompt, running, sent])
    expect(state.context.pending[0]).toMatchObject({ into: 's2', headers: { role: 'user', into: 's2' } })
    expect(selectUnanswered(state)).toBeUndefined()
  })
})
