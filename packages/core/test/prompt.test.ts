import { describe, expect, it } from 'vitest'
import type { ConversationEvent } from '@streamfold/core'
import { reduce, selectMessage, selectMessages } from '@streamfold/core'
import { attached, fold, live } from './build.ts'

const start = (...events: readonly ConversationEvent[]) => fold([{ type: 'tick', now: 1_000 }, ...attached, ...events])
const messages = (...events: readonly ConversationEvent[]) => selectMessages(start(...events))
const sent = (key: string, text = key) => ({ type: 'prompt-sent', key, text, clientId: 'me', at: 5 }) as const
const failed = (key: string, error = 'no network') => ({ type: 'prompt-failed', key, error }) as const
const echo = (id: string, serial: string) =>
  live('create', serial, id, { serial, id, clientId: 'me', extras: { headers: { role: 'user' } } })

describe('a prompt that was sent', () => {
  it('is shown at once, as the user’s own', () => {
    expect(messages(sent('k', 'hi'))).toEqual([
      {
        id: 'k',
        key: 'k',
        role: 'user',
        text: 'hi',
        status: 'sending',
        continuity: 'contiguous',
        source: 'local',
        replyTo: undefined,
        clientId: 'me',
        error: undefined,
        createdAt: 5,
        updatedAt: 5,
        version: '',
        headers: { role: 'user' },
        live: undefined,
        heardAt: 1_000,
        marked: true,
      },
    ])
  })

  it('stands after what is on the channel, in the order of sending, and is found by its key', () => {
    const state = start(sent('b'), sent('a'), live('create', 'v1', 'x'))
    expect(selectMessages(state).map(({ id }) => id)).toEqual(['s1', 'b', 'a'])
    expect(selectMessage(state, 'a')).toBe(selectMessages(state)[2])
    expect(selectMessage(state, 'c')).toBeUndefined()
  })

  it('leaves its place to its echo, and to no other', () => {
    const state = start(sent('a'), sent('b'), echo('a', 's1'))
    expect(selectMessages(state)).toMatchObject([
      { id: 's1', key: 'a', status: 'complete' },
      { id: 'b', key: 'b', status: 'sending' },
    ])
    expect(selectMessage(state, 'a')).toBeUndefined()
    const unrelated = start(sent('a'))
    expect(reduce(unrelated, echo('other', 's1')).context.pending).toBe(unrelated.context.pending)
  })

  it('is not shown again when its echo won the race, unless that was someone else’s', () => {
    const first = start(echo('a', 's1'))
    expect(reduce(first, sent('a'))).toBe(first)
    expect(reduce(first, sent('b')).context.pending).toHaveLength(1)
    // A response whose serial happens to be the key is no echo.
    expect(messages(live('create', 'v1', 'x'), sent('s1'))).toHaveLength(2)
  })

  it('is shown once when it is sent twice, as it was sent last', () => {
    expect(messages(sent('a', 'one'), sent('b'), sent('a', 'two')).map(({ text }) => text)).toEqual(['two', 'b'])
  })
})

describe('a prompt that failed', () => {
  it('says why, beside the others', () => {
    expect(messages(sent('a'), sent('b'), failed('a'))).toMatchObject([
      { key: 'a', text: 'a', status: 'failed', error: 'no network' },
      { key: 'b', text: 'b', status: 'sending', error: undefined },
    ])
  })

  it('is the same value until the reason is another; one that nobody sent is nothing', () => {
    const state = start(sent('a'), sent('b'), failed('b'))
    expect(reduce(state, failed('b'))).toBe(state)
    expect(reduce(state, failed('c'))).toBe(state)
    expect(selectMessage(reduce(state, failed('b', 'too long')), 'b')?.error).toBe('too long')
  })
})

describe('a prompt that no agent could be asked to answer', () => {
  const unanswered = (serial: string, error: string | undefined) => ({ type: 'prompt-unanswered', serial, error }) as const

  it('says why until that is taken back, and may then take its time again', () => {
    const state = start(echo('a', 's1'), { type: 'tick', now: 9_000 }, unanswered('s1', 'agent down'))
    expect(selectMessage(state, 's1')).toMatchObject({ error: 'agent down', heardAt: 9_000, text: 'a' })
    const asked = fold([{ type: 'tick', now: 12_000 }, unanswered('s1', undefined)], state)
    expect(selectMessage(asked, 's1')).toMatchObject({ error: undefined, heardAt: 12_000 })
  })

  it('changes nothing that is no prompt, is unknown, or says so already', () => {
    const state = start(echo('a', 's1'), live('create', 's2', 'x', { serial: 's2' }), unanswered('s1', 'agent down'))
    for (const event of [unanswered('s1', 'agent down'), unanswered('s2', 'agent down'), unanswered('s3', 'agent down')])
      expect(reduce(state, event)).toBe(state)
  })
})

it('a prompt under an id that is the serial of another message has a key of its own, whichever comes first', () => {
  const serial = '01795380594868-001@7c8ea2f0fc:000'
  const answer = live('create', serial, 'answer', { serial })
  const later = '01795380599999-000@7c8ea2f0fc:000'
  const forged = live('create', later, 'mine', { serial: later, id: serial, clientId: 'mallory' })
  for (const events of [
    [answer, forged],
    [forged, answer],
  ])
    expect(selectMessages(fold(events)).map(({ key }) => key)).toEqual([serial, later])
})
