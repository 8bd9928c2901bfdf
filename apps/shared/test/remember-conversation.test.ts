// @vitest-environment happy-dom
import { createStore, emptyConversation, normalise, selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { beforeEach, expect, test, vi } from 'vitest'
import { rememberConversation } from '../src/storage/remember-conversation.ts'
import { isUnread, markConversation, noteConversation, savedConversations } from '../src/storage/saved-conversations.ts'
import { storedMessages } from '../src/storage/stored-messages.ts'

beforeEach(() => localStorage.clear())

const said = (serial: string, text: string, headers: Record<string, string> = {}) =>
  normalise({
    serial,
    action: 'message.create',
    data: text,
    clientId: 'ann',
    timestamp: 1,
    version: { serial, timestamp: 1 },
    extras: { headers: { role: 'user', ...headers } },
  })
const kept = () => selectMessages(storedMessages('a') ?? emptyConversation()).map(({ text }) => text)

test('what is kept is the present, also while the page shows an earlier moment', () => {
  const store = createStore()
  store.dispatch(said('01', 'one'))
  const earlier = store.getState()
  store.dispatch(said('02', 'two'))
  store.setPreview(earlier)
  const stop = rememberConversation(store, 'a')
  expect(kept()).toEqual(['one', 'two'])
  store.dispatch(said('03', 'three'))
  dispatchEvent(new Event('pagehide'))
  expect(kept()).toEqual(['one', 'two', 'three'])
  expect(savedConversations()).toMatchObject([{ id: 'a', title: 'one' }])
  stop()
})

test('the title of a prompt with a file is its text, not its data', () => {
  const store = createStore()
  const file = frameHead({ type: 'file', mediaType: 'image/png', url: 'https://x.test/a.png' })
  store.dispatch(said('01', `${file}${frameHead({ type: 'text' })}Look at this`, { format: 'parts/1' }))
  rememberConversation(store, 'a')()
  expect(savedConversations()).toMatchObject([{ title: 'Look at this' }])
})

const live = (store: ReturnType<typeof createStore>) => {
  store.dispatch({ type: 'connection', state: 'connected' })
  store.dispatch({ type: 'channel', state: 'attached' })
  store.dispatch({ type: 'history', state: 'loaded' })
}
const answer = (status: string, timestamp: number, action = 'message.create') =>
  normalise(
    {
      serial: '02',
      action,
      data: 'An *answer*',
      clientId: 'agent',
      timestamp: 2,
      version: { serial: `02@${timestamp}`, timestamp },
      extras: { headers: { role: 'assistant', status, 'reply-to': '01' } },
    },
    { agent: 'agent' },
  )
const saved = () => savedConversations()[0]!

test('an answer is unread where it ended while the page did not show it, until the page does', () => {
  const store = createStore()
  live(store)
  store.dispatch(said('01', 'one'))
  const stop = rememberConversation(store, 'a', false)
  store.dispatch(answer('streaming', 2))
  expect(saved()).toMatchObject({ busy: true, last: 'An answer' })
  expect(isUnread(saved())).toBe(true) // What ann said.
  rememberConversation(store, 'a')()
  expect(isUnread(saved())).toBe(false)
  store.dispatch(answer('complete', 9, 'message.update'))
  expect(saved().busy).toBeUndefined()
  expect(isUnread(saved())).toBe(true)
  stop()
  rememberConversation(store, 'a')()
  expect(isUnread(saved())).toBe(false)
})

test('a page in the background shows nothing', () => {
  let hidden = true
  const spy = vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  const store = createStore()
  live(store)
  const stop = rememberConversation(store, 'a')
  store.dispatch(answer('complete', 9))
  expect(isUnread(saved())).toBe(true)
  hidden = false
  document.dispatchEvent(new Event('visibilitychange'))
  expect(isUnread(saved())).toBe(false)
  stop()
  spy.mockRestore()
})

test('a stored state that does not know what has gone on since removes no mark', () => {
  const store = createStore()
  store.dispatch(said('01', 'one'))
  store.dispatch(answer('complete', 2))
  noteConversation('a', 'one', 1)
  markConversation('a', { busy: true, waiting: true })
  const stop = rememberConversation(store, 'a')
  expect(saved()).toMatchObject({ busy: true, waiting: true })
  live(store)
  expect(saved().busy).toBeUndefined()
  expect(saved().waiting).toBeUndefined()
  stop()
})

test('a conversation that begins with files alone is called by the first of them', () => {
  const store = createStore()
  const file = frameHead({ type: 'file', mediaType: 'image/png', url: 'https://x.test/a.png', filename: 'photo.png' })
  store.dispatch(said('01', file, { format: 'parts/1' }))
  rememberConversation(store, 'a')()
  expect(savedConversations()).toMatchObject([{ title: 'photo.png' }])
})
