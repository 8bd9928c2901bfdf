import type { ConversationEvent } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { inputHash } from '@streamfold/core/codec'
import { expect, it } from 'vitest'
import { bandsOf } from '../src/model/bands.ts'
import { contextChanges } from '../src/model/context-changes.ts'
import { explain } from '../src/model/explain.ts'
import { figuresOf } from '../src/model/figures.ts'
import { textChange } from '../src/model/text-change.ts'
import { stateBefore } from '../src/model/time-travel.ts'
import { timelineOf } from '../src/model/read-timeline.ts'
import { live, story, storyLog } from './story.ts'

const log = storyLog()
const timeline = timelineOf(log)

function told(index: number): string {
  const [before, after] = [stateBefore(timeline, log, index), stateBefore(timeline, log, index + 1)]
  return explain(timeline.entries[index]!, log.events[index]!, before, after)
}

it('shows the effect of each event', () => {
  expect(timeline.entries.map(({ kind }) => kind)).toEqual([
    'tick',
    'connection',
    'channel',
    'channel',
    'history',
    'create',
    'append',
    'append',
    'connection',
    'connection',
    'channel',
    'held',
    'repair',
    'history',
    'ignored',
    'append',
    'ignored',
    'rejected',
  ])
  expect(timeline.entries[12]).toMatchObject({ added: 10, serial: 's1', sent: undefined, at: 2_200 })
  expect(timeline.entries[15]).toMatchObject({ added: 1, ended: 'complete', sent: 1_000 })
})

it('explains why an event had an effect or none', () => {
  expect(told(5)).toBe('A response begins.')
  expect(told(6)).toBe('5 characters appended: the text shown was exactly the stream’s.')
  expect(told(8)).toBe('The connection is disconnected: gone. The conversation goes from live to interrupted.whole.')
  expect(told(10)).toBe(
    'Attached again: messages sent meanwhile may have been missed. The conversation goes from interrupted.whole to recovering. One response is gapped until a full version comes. History is asked for.',
  )
  expect(told(11)).toContain('Not appended: the text shown is not where the stream is')
  expect(told(12)).toBe('The gap is closed: the text is complete again, 10 characters longer.')
  expect(told(14)).toBe('Ignored: this version is the one shown.')
  expect(told(15)).toContain('1 character appended')
  expect(told(15)).toContain('The response is complete.')
  expect(told(17)).toBe('Not a message of a conversation: action meta.occupancy is not of a message.')
})

it('explains each kind of message', () => {
  const user = { serial: 'p', clientId: 'ann', extras: { headers: { role: 'user' } } }
  const as = (status: string, more = {}) => ({ serial: 'r', extras: { headers: { role: 'assistant', status, ...more } } })
  const said = (...events: readonly ConversationEvent[]) => {
    const log = storyLog([...story, ...events])
    const timeline = timelineOf(log)
    const last = log.events.length - 1
    const [before, after] = [stateBefore(timeline, log, last), stateBefore(timeline, log, last + 1)]
    return explain(timeline.entries[last]!, log.events[last]!, before, after)
  }
  const prompt = live('create', 'p1', 'Hi there', user)
  const [begun, grown] = [live('create', 'r1', '', as('streaming')), live('append', 'r2', 'abc', as('streaming'))]
  const ended = live('append', 'r3', '', as('complete'))
  const cancel = (clientId: string, target: string) => ({ type: 'cancel', clientId, target, at: 0 }) as const
  const answer = live('create', 'r1', '', as('streaming', { 'reply-to': 'p' }))
  for (const target of ['p', 'r']) {
    expect(said(prompt, answer, cancel('mallory', target))).toBe(
      'mallory asks the agent to stop, which changes nothing: mallory may not stop this response.',
    )
    for (const who of ['ann', 'agent'])
      expect(said(prompt, answer, cancel(who, target))).toMatch(/^A reader asks the agent to stop;/)
  }
  expect([told(3), told(4)]).toEqual([
    'Attached: the stream begins here, and earlier messages are in history. The conversation goes from attaching to hydrating. History is asked for.',
    'History is read: nothing is missing any more. The conversation goes from hydrating to live.',
  ])
  expect(said(prompt)).toBe('A prompt of 8 characters.')
  const later = (clientId: string, headers: Record<string, string>, text = '') =>
    live('create', 'q1', text, { serial: 'q', clientId, extras: { headers: { role: 'user', ...headers } } })
  expect(said(prompt, later('ann', { edits: 'p' }, 'Hi you'))).toBe(
    'A prompt of 6 characters. It is another version of an earlier prompt.',
  )
  expect(said(prompt, later('ann', { again: 'p' }))).toBe('A prompt of 0 characters. It asks for another response.')
  expect(said(prompt, later('bob', { again: 'p' }))).toBe(
    'A prompt of 0 characters. It asks for another response, which changes nothing: bob may not ask for another response to this prompt.',
  )
  expect(said(prompt, live('update', 'p2', 'Hi you', user))).toBe(
    'Another text takes the place of the one shown, 2 characters shorter.',
  )
  expect(said(prompt, live('delete', 'p2', '', user))).toBe('Deleted: no reader sees its text from now on.')
  expect(said(begun, grown, ended)).toBe('An append without text: it only changes the status. The response is complete.')
  expect(said(begun, live('append', 'r2', 'x', as('complete', { finish: 'length' })))).toMatch(
    /The response is complete, ended by length\.$/,
  )
  expect(said(begun, live('append', 'r2', 'x', as('failed', { error: 'overloaded' })))).toMatch(
    /The response has failed: overloaded\.$/,
  )
  expect(said(begun, grown, ended, live('update', 'r4', 'redacted', as('complete')))).toBe(
    'Another text takes the place of the one shown, 5 characters longer.',
  )
  expect(said(live('update', 'r4', 'seen late', as('streaming')))).toBe(
    'A response is seen for the first time, with 9 characters.',
  )
  expect(said(live('append', 'r4', 'y', as('streaming')), { type: 'history', state: 'loaded' })).toContain(
    'it did not hold all that is missing',
  )
  expect(said({ type: 'channel', state: 'failed', error: 'denied' })).toContain('The channel has failed: denied.')
  expect(said({ type: 'tick', now: 90_000, awoke: true })).toContain('The machine slept')
})

it('finds what went wrong, from when to when', () => {
  expect(bandsOf(timeline)).toEqual([
    { kind: 'disconnected', serial: undefined, from: 8, to: 9 },
    { kind: 'recovering', serial: undefined, from: 8, to: 13 },
    { kind: 'gapped', serial: 's1', from: 10, to: 12 },
  ])
})

it('counts', () => {
  expect(figuresOf(timeline)).toEqual({
    events: 18,
    duration: 1_700,
    responses: 1,
    appends: 3,
    characters: 13,
    charactersPerSecond: 6.5,
    appendsPerSecond: 1.5,
    firstText: { count: 1, median: 100, p95: 100, most: 100 },
    appendSize: { count: 3, median: 5, p95: 7, most: 7 },
    deliveryDelay: { count: 6, median: 1_100, p95: 1_600, most: 1_600 },
    versionsPerFrame: 1,
    sentWhole: 0,
    repairs: 1,
    gaps: 1,
    gappedFor: 200,
    held: 1,
    ignored: 2,
    rejected: 1,
    reconnects: 1,
    disconnectedFor: 100,
  })
  expect(figuresOf(timelineOf({ ...log, events: [] }))).toMatchObject({ events: 0, duration: 0, firstText: undefined })
})

it('tells a repair in mid-stream from a full version that only grew', () => {
  const grown = timelineOf(storyLog([...story.slice(0, 7), live('update', 'v3', 'Hello, world')]))
  expect(grown.entries.at(-1)).toMatchObject({ kind: 'update', added: 7 })
  const mended = timelineOf(storyLog([...story.slice(0, 7), live('update', 'v3', 'He said hello')]))
  expect(mended.entries.at(-1)).toMatchObject({ kind: 'repair', added: 8 })
  const again = timelineOf(storyLog([...story.slice(0, 16), live('update', 'v7', 'Edited')]))
  expect(again.entries.at(-1)).toMatchObject({ kind: 'update' })
})

it('lists changes of the context', () => {
  expect(contextChanges(stateBefore(timeline, log, 8), stateBefore(timeline, log, 9))).toEqual([
    { name: 'connection', before: 'connected', after: 'disconnected' },
    { name: 'connection error', before: '–', after: 'gone' },
    { name: 'channel', before: 'live', after: 'interrupted.whole' },
  ])
})

it('finds where two texts differ', () => {
  const told = (before: string, after: string) =>
    textChange(before, after)
      .map(({ kind, text }) => ({ same: text, added: `+${text}+`, removed: `-${text}-` })[kind])
      .join('|')
  expect(told('abc', 'abXc')).toBe('ab|+X+|c')
  expect(told('abc', 'abcd')).toBe('abc|+d+')
  expect(told('abef', 'abcdefgh')).toBe('ab|+cd+|ef|+gh+')
  expect(told('abcde', 'abXYe')).toBe('ab|-cd-|+XY+|e')
  expect(told('a😀', 'a😁')).toBe('a|-😀-|+😁+')
  expect(told('😀a', '🤀a')).toBe('-😀-|+🤀+|a')
  expect(told('👨', '👨‍👩')).toBe('-👨-|+👨‍👩+')
  expect(told('a👨‍👩b', 'a👨‍👧b')).toBe('a|-👨‍👩-|+👨‍👧+|b')
  expect(told('🇩🇪', '🇩🇰')).toBe('-🇩🇪-|+🇩🇰+')
  expect(told('e', 'e\u0301')).toBe('-e-|+e\u0301+')
  expect(told('x👨‍👩', 'y👧‍👩')).toBe('-x👨‍👩-|+y👧‍👩+')
  expect(told('', 'a')).toBe('+a+')
  expect(told('a', '')).toBe('-a-')
  expect(told('a', 'a')).toBe('a')
})

it('uses the time of ticks, or of the service, if the log has no arrivals', () => {
  const at = (events: readonly ConversationEvent[]) =>
    timelineOf({ start: emptyConversation(), events }).entries.map((entry) => entry.at)
  expect(at(story).slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 1_000))
  const quiet = story.slice(1)
  expect(at(quiet)).toEqual([0, 0, 0, 0, ...Array.from({ length: 13 }, () => 1_000)])
  const { begins, entries } = timelineOf({ start: emptyConversation(), events: quiet })
  expect([begins, entries[0]?.at]).toEqual([1_000, 0])
  expect(at([{ type: 'tick', now: 5 }, ...story.slice(5, 7), { type: 'tick', now: 3 }])).toEqual([5, 5, 5, 5])
})

it('explains answers, and says why one changes nothing', () => {
  const user = { serial: 'p', clientId: 'ann', extras: { headers: { role: 'user' } } }
  const call =
    '\u{1e}{"type":"tool","id":"c","name":"invite"}\n{}\u{1e}{"type":"input","id":"c"}\n\u{1e}{"type":"ask","id":"c","approval":"a"}\n'
  const headers = { role: 'assistant', status: 'waiting', format: 'parts/1', 'reply-to': 'p' }
  const asked = [
    live('create', 'p', 'Invite Bob', { ...user, version: { serial: 'p' } }),
    live('create', 'r', call, { serial: 'r', version: { serial: 'r' }, extras: { headers } }),
  ]
  const answer = (serial: string, clientId: string, kind: string, more = {}): ConversationEvent =>
    live('create', serial, '{}', {
      serial,
      clientId,
      name: 'answer',
      version: { serial },
      extras: { headers: { target: 'r', call: 'c', kind, saw: inputHash({}) } },
      ...more,
    })
  const said = (...events: readonly ConversationEvent[]) => {
    const log = storyLog([...story, ...asked, ...events])
    const timeline = timelineOf(log)
    const last = log.events.length - 1
    return explain(
      timeline.entries[last]!,
      log.events[last]!,
      stateBefore(timeline, log, last),
      stateBefore(timeline, log, last + 1),
    )
  }
  const first = answer('v1', 'ann', 'approve')
  expect(said(first)).toBe('ann approves a call.')
  expect(said(first, answer('v2', 'ann', 'deny'))).toBe(
    'ann denies a call, which changes nothing: too late: ann has answered already.',
  )
  expect(said(answer('v1', 'mallory', 'approve'))).toBe(
    'mallory approves a call, which changes nothing: mallory may not answer this call.',
  )
  expect(said(first, answer('v1', 'ann', 'approve', { action: 'message.delete', version: { serial: 'v3' } }))).toBe(
    'ann approves a call, which changes nothing: it was withdrawn.',
  )
})
