// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { keepDraft, readDraft } from '../src/storage/draft.ts'
import {
  forgetConversation,
  noteConversation,
  oneLine,
  onSavedConversations,
  renameConversation,
  savedConversations,
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
