import type { PresenceMessage, RealtimeChannel } from 'ably'
import { expect, test, vi } from 'vitest'
import { viewersOf, watchViewers } from '../src/chat/viewers.ts'

const member = (clientId: string, data: unknown) => ({ clientId, data }) as PresenceMessage // All that is read of it.

test('the others who read, each once, without agents and oneself', () => {
  const members = [
    member('user-me', { app: 'Vue' }),
    member('user-zoe', { app: 'React' }),
    member('user-zoe', { app: 'React' }),
    member('agent', undefined),
    member('user-ann', { app: 'Vue' }),
    member('user-odd', { app: 7 }),
  ]
  expect(viewersOf(members, 'user-me').map(({ initials, label }) => [initials, label])).toEqual([
    ['AN', 'user-ann, in Vue'],
    ['ZO', 'user-zoe, in React'],
  ])
})

test('initials are whole characters', () => {
  const members = ['user-👨‍👩‍👧', 'user-🇩🇪🇫🇷x', 'user-e\u0301a\u0301'].map((clientId) => member(clientId, { app: 'Vue' }))
  expect(viewersOf(members, 'user-me').map(({ initials }) => initials)).toEqual(['E\u0301A\u0301', '🇩🇪🇫🇷', '👨‍👩‍👧'])
})

test('a reader who leaves hears its own leave, and is not attached again by asking who is there', () => {
  let hear: (() => void) | undefined
  // As ably's client: `get` attaches a channel that is not.
  const get = vi.fn(async () => [])
  const presence = {
    get,
    enter: async () => {},
    leave: async () => {},
    subscribe: async (listener: () => void) => void (hear = listener),
    unsubscribe: () => {},
  }
  const channel = { state: 'attached', presence, on: () => {}, off: () => {} }
  const stop = watchViewers(channel as unknown as RealtimeChannel, 'user-me', 'Vue', () => {}) // What is used of it.
  hear?.()
  expect(get).toHaveBeenCalledTimes(2)
  channel.state = 'detaching'
  hear?.()
  expect(get).toHaveBeenCalledTimes(2)
  stop()
})
