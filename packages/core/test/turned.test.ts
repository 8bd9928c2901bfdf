import type { Conversation, ConversationEvent } from '@streamfold/core'
import { fromJSON, reduce, selectMessages, selectPromptStates, toJSON } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { asks, callIn, message, prompt, response } from './asking.ts'
import { attached, fold } from './build.ts'

type Source = 'live' | 'history' | 'rewind' | 'cache'

/** A later version of alice's prompt. */
const change = (more: Record<string, unknown>, source: Source, version = 's9'): ConversationEvent =>
  message(
    's1',
    {
      name: 'prompt',
      clientId: 'alice',
      action: 'message.update',
      version: { serial: version, timestamp: 30, clientId: 'alice' },
      headers: { role: 'user' },
      ...more,
    },
    { source },
  )

/** What a reader shows. */
const shown = (state: Conversation) => ({
  messages: selectMessages(state).map(({ id, text, status, replyTo }) => ({ id, text, status, replyTo })),
  states: Object.fromEntries(selectPromptStates(state)),
  answers: state.context.answers.filter(({ withdrawn }) => !withdrawn),
})

const answering = { data: '{}', headers: { target: 's2', call: 'c1', kind: 'approve', saw: '' } }

describe('a prompt that its author makes another message (P132)', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an answer', { name: 'answer', ...answering }],
    ['an answer of no kind', { name: 'answer', headers: { target: 's2', call: 'c1', kind: 'perhaps' } }],
    ['a cancel', { name: 'cancel', headers: { target: 's2' } }],
    ['a cancel of nothing', { name: 'cancel', headers: {} }],
    ['the choice of a branch', { name: 'branch', headers: { target: 's2' } }],
    ['an answer, by a delete', { name: 'answer', action: 'message.delete', ...answering }],
  ])('%s is that for all readers, and no prompt', (_, more) => {
    const others = [response(asks())]
    const history = shown(fold([...attached, change(more, 'history'), ...others]))
    expect(history.messages.map(({ id }) => id)).toEqual(['s2'])
    const live = fold([...attached, prompt, ...others, change(more, 'live')])
    for (const state of [
      live,
      fold([...attached, prompt, change(more, 'rewind'), ...others]),
      fromJSON(JSON.parse(JSON.stringify(toJSON(live)))),
      // A read that was under way, and a cache, have the older version.
      fold([change({ data: 'invite bob' }, 'history', 's1'), change({ data: 'invite bob' }, 'cache', 's5')], live),
      fold([...attached, change(more, 'history'), ...others, change({ data: 'invite bob' }, 'cache', 's5')]),
    ])
      expect(shown(state)).toEqual(history)
    // Nobody may answer for its author any more.
    expect(callIn(live).approval?.approved).toBeUndefined()
    // The same version changes nothing.
    expect(fold([change(more, 'live')], live)).toBe(live)
  })

  it('is a prompt again when its author makes it one', () => {
    const cancelled = change({ name: 'cancel', headers: { target: 's2' } }, 'live')
    const again = (source: Source) => change({ data: 'invite carol' }, source, 't1')
    const states = [
      fold([...attached, prompt, cancelled, again('live')]),
      fold([...attached, prompt, cancelled, again('history')]),
      fold([...attached, again('history')]),
    ]
    for (const state of states) expect(shown(state)).toEqual(shown(states[2]!))
    expect(shown(states[0]!).messages).toMatchObject([{ id: 's1', text: 'invite carol' }])
  })

  it('is a prompt still if somebody else tries', () => {
    const by = (clientId: string) => ({ name: 'cancel', headers: { target: 's2' }, version: { serial: 's9', clientId } })
    const state = fold([...attached, prompt, change(by('mallory'), 'live')])
    expect(selectMessages(state).map(({ id }) => id)).toEqual(['s1'])
  })

  it('is no prompt in that version, and in those before it', () => {
    const turned = (serial: string, version: string): ConversationEvent => ({
      type: 'ignored',
      reason: 'it chooses a branch',
      turned: { serial, version },
    })
    const known = (state: Conversation) => (state.context.turned ?? []).map(({ serial, version }) => `${serial} ${version}`)
    expect(known(fold([turned('s1', 's9'), turned('s2', 's8')]))).toEqual(['s1 s9', 's2 s8'])
    expect(known(fold([turned('s1', 's5'), turned('s2', 's8'), turned('s1', 's9')]))).toEqual(['s2 s8', 's1 s9'])
    const state = fold([turned('s1', 's5')])
    expect(reduce(state, turned('s1', 's4'))).toBe(state)
    // Others beside it make no difference.
    const both = fold([turned('s1', 's5'), turned('s2', 's8')])
    expect(reduce(both, turned('s1', 's5'))).toBe(both)
    expect(reduce(both, prompt)).toBe(both)
    const edited = fold([...attached, prompt, change({ data: 'invite carol' }, 'live')])
    for (const version of ['s8', 's9']) expect(reduce(edited, turned('s1', version))).toBe(edited)
    expect(selectMessages(reduce(edited, turned('s1', 's91')))).toEqual([])
    const many = fold(Array.from({ length: 120 }, (_, at) => turned(`s${String(at).padStart(3, '0')}`, 't')))
    expect([known(many).length, known(many)[0], known(many).at(-1)]).toEqual([100, 's020 t', 's119 t'])
  })

  it('is gone also from a conversation that was read from JSON', () => {
    const known = fold([...attached, prompt, response('Well', 'streaming')])
    const turned: ConversationEvent = { type: 'ignored', reason: 'a cancel', turned: { serial: 's1', version: 's9' } }
    const state = reduce(fromJSON(JSON.parse(JSON.stringify(toJSON(known)))), turned)
    expect(selectMessages(state).map(({ id }) => id)).toEqual(['s2'])
    expect(selectMessages(state)).toEqual(selectMessages(reduce(known, turned)))
  })

  it('may have been a response: then nothing of it is open', () => {
    const open = fold([...attached, prompt, response('Well', 'streaming')])
    expect(open.context.open).toEqual(['s2'])
    const behind = fold(
      [message('s2', { clientId: 'agent', action: 'message.append', data: '!', version: { serial: 's8' } })],
      open,
    )
    const turned: ConversationEvent = { type: 'ignored', reason: 'a cancel', turned: { serial: 's2', version: 's9' } }
    for (const state of [open, behind]) {
      const { context } = reduce(state, turned)
      expect([context.open, context.behind]).toEqual([[], []])
      expect(selectMessages(reduce(state, turned)).map(({ id }) => id)).toEqual(['s1'])
    }
  })

  it('may have been one of several that made a response: the others make it without that one', () => {
    const part = (serial: string, status: string, continues?: string) =>
      message(serial, {
        name: 'response',
        data: serial,
        clientId: 'agent',
        headers: { role: 'assistant', status, 'reply-to': 's1', ...(continues !== undefined && { continues }) },
      })
    const turned = (serial: string): ConversationEvent => ({
      type: 'ignored',
      reason: 'a cancel',
      turned: { serial, version: 't' },
    })
    const group = fold([...attached, prompt, part('s2', 'complete'), part('s3', 'streaming', 's2')])
    expect(group.context.open).toEqual(['s2'])
    const first = reduce(group, turned('s3'))
    expect([first.context.open, selectMessages(first).at(-1)]).toMatchObject([[], { id: 's2', text: 's2', status: 'complete' }])
    const second = reduce(group, turned('s2'))
    expect([second.context.open, selectMessages(second).at(-1)]).toMatchObject([
      ['s3'],
      { id: 's3', text: 's3', status: 'streaming' },
    ])
  })

  it('lets a response go on that had ended with the deleted prompt', () => {
    const deleted = change({ action: 'message.delete' }, 'live', 's8')
    const cancelled = change({ name: 'cancel', headers: { target: 's2' } }, 'live')
    const live = fold([...attached, prompt, response('Well', 'streaming'), deleted, cancelled])
    const history = fold([
      ...attached,
      change({ name: 'cancel', headers: { target: 's2' } }, 'history'),
      response('Well', 'streaming'),
    ])
    expect(shown(live)).toEqual(shown(history))
  })
})
