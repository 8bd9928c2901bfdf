// @vitest-environment happy-dom
import { createStore, emptyConversation, normalise, selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { beforeEach, expect, test } from 'vitest'
import { rememberConversation } from '../src/storage/remember-conversation.ts'
import { savedConversations } from '../src/storage/saved-conversations.ts'
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
