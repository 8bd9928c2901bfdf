// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { keepDraft, readDraft } from '../src/storage/draft.ts'
import {
  forgetConversation,
  isUnread,
  markConversation,
  noteConversation,
  oneLine,
  onSavedConversations,
  renameConversation,
  savedConversations,
  unfinishedConversations,
} from '../src/storage/saved-conversations.ts'

beforeEach(() => localStorage.clear())

const titles = () => savedConversations().map(({ title }) => title)

test('conversations are listed by when something was last said', () => {
  noteConversation('a', 'first', 1)
  noteConversation('b', 'second', 2)
  expect(titles()).toEqual(['second', 'first'])
  noteConversation('a', 'another title', 3)
  expect(titles()).toEqual(['first', 'second'])
  expect(savedConversations()).toBe(savedConversations())
})

test('a name given stays, and an empty one is none', () => {
  noteConversation('a', 'first', 1)
  renameConversation('a', '  mine \n too ')
  renameConversation('a', '  ')
  noteConversation('a', 'first', 2)
  expect(titles()).toEqual(['mine too'])
})

test.each(['👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'e\u0301', '😀'])('a long name is cut beside a character, not within it: %s', (character) => {
  for (let before = 108; before <= 120; before++) {
    const name = `${'x'.repeat(before)}${character} and more words`
    const whole = before + character.length <= 120
    expect(oneLine(name).startsWith(`${'x'.repeat(before)}${whole ? character : ''}`)).toBe(true)
    if (!whole) expect(oneLine(name)).toBe('x'.repeat(before))
  }
})

test('a name that is too long is cut as it is saved, by whole characters', () => {
  noteConversation('a', 'first', 1)
  renameConversation('a', `${'x'.repeat(115)}👨‍👩‍👧‍👦 and more`)
  expect(titles()).toEqual(['x'.repeat(115)])
})

test('deleting takes the draft along', () => {
  noteConversation('a', 'first', 1)
  keepDraft('a', 'half a thought')
  forgetConversation('a')
  expect(titles()).toEqual([])
  expect(readDraft('a')).toBe('')
})

test('changes here and in another tab are told', () => {
  let told = 0
  const stop = onSavedConversations(() => told++)
  noteConversation('a', 'first', 1)
  dispatchEvent(new StorageEvent('storage', { key: 'streamfold:conversations' }))
  dispatchEvent(new StorageEvent('storage', { key: 'something else' }))
  stop()
  noteConversation('b', 'second', 2)
  expect(told).toBe(2)
})

test.each(['nonsense', '{}', '[1,null,{"id":1}]'])('what another program wrote is no conversation: %s', (text) => {
  localStorage.setItem('streamfold:conversations', text)
  expect(savedConversations()).toEqual([])
})

test.each([
  ['a time that no date has', { id: 'x', title: 'x', at: 1e300 }],
  ['a time beyond all', '{"id":"x","title":"x","at":1e999}'],
  ['a time before all', { id: 'x', title: 'x', at: -1e17 }],
  ['an id that names no conversation', { id: '../a&c=b', title: 'x', at: 1 }],
  ['an id that is empty', { id: '', title: 'x', at: 1 }],
  ['a title that is a list', { id: 'x', title: ['x'], at: 1 }],
  ['nothing', null],
])('what somebody else has written there is left out, and the others are listed: %s', (_, entry) => {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry)
  localStorage.setItem('streamfold:conversations', `[${text},{"id":"good","title":"good","at":2}]`)
  expect(titles()).toEqual(['good'])
})

test('a conversation that is there twice is listed once, a title too long is cut, and a list too long as well', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => ({ id: `c${n % 1_000}`, title: 'x'.repeat(10_000), at: 10_000 - n }))
  localStorage.setItem('streamfold:conversations', JSON.stringify(many))
  const all = savedConversations()
  expect(all).toHaveLength(200)
  expect(new Set(all.map(({ id }) => id)).size).toBe(200)
  expect(all[0]).toEqual({ id: 'c0', title: 'x'.repeat(120), at: 10_000 })
})

test('marks are set and removed, and a time never goes back', () => {
  noteConversation('a', 'first', 1)
  markConversation('a', { last: 'words', busy: true, saidAt: 5, shownAt: 5 })
  markConversation('a', { busy: undefined, waiting: true, saidAt: 7, shownAt: 3 })
  markConversation('unknown', { busy: true })
  expect(savedConversations()).toEqual([{ id: 'a', title: 'first', at: 1, last: 'words', waiting: true, saidAt: 7, shownAt: 5 }])
})

test('a mark that changes nothing tells nobody', () => {
  noteConversation('a', 'first', 1)
  markConversation('a', { last: 'words', shownAt: 5 })
  let told = 0
  const stop = onSavedConversations(() => told++)
  const before = savedConversations()
  markConversation('a', { last: 'words', shownAt: 4, waiting: undefined })
  expect(told).toBe(0)
  expect(savedConversations()).toBe(before)
  stop()
})

test('unread is what others said after the conversation was last shown', () => {
  const one = { id: 'a', title: 'a', at: 1 }
  expect([one, { ...one, saidAt: 2 }, { ...one, saidAt: 2, shownAt: 2 }].map(isUnread)).toEqual([false, true, false])
})

test('the conversations to follow: unfinished, of the last day, not the one on the page, and not too many', () => {
  const now = 10 * 86_400_000
  const saved = (id: string, marks: object, ago = 0) => ({ id, title: id, at: now - ago, ...marks })
  const few = [saved('a', { busy: true }), saved('b', {}), saved('c', { waiting: true }), saved('d', { busy: true }, 86_400_001)]
  expect(unfinishedConversations(few, 'x', now)).toEqual(['a', 'c'])
  expect(unfinishedConversations(few, 'a', now)).toEqual(['c'])
  const many = Array.from({ length: 30 }, (_, n) => saved(`m${n}`, { busy: true }))
  expect(unfinishedConversations(many, 'x', now)).toHaveLength(5)
})

test.each([
  ['marks of other types', { last: 7, waiting: 'yes', busy: 1, saidAt: '5', shownAt: null }, {}],
  ['last words that are too long', { last: 'x'.repeat(10_000) }, { last: 'x'.repeat(120) }],
])('of what somebody else has written, %s are left out or cut', (_, marks, kept) => {
  localStorage.setItem('streamfold:conversations', JSON.stringify([{ id: 'a', title: 'a', at: 1, ...marks }]))
  expect(savedConversations()).toEqual([{ id: 'a', title: 'a', at: 1, ...kept }])
})
