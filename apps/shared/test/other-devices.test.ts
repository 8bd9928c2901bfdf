// @vitest-environment happy-dom
import type { ListedConversation } from '@streamfold/core/transport'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { currentPerson } from '../src/storage/person.ts'
import { followOtherDevices, noteListed } from '../src/storage/other-devices.ts'
import {
  forgetConversation,
  isUnread,
  markConversation,
  noteConversation,
  savedConversations,
} from '../src/storage/saved-conversations.ts'

const listed = (id: string, more: Partial<ListedConversation> = {}): ListedConversation => ({
  channel: `ai:${id}`,
  title: `title of ${id}`,
  lastText: 'said elsewhere',
  newest: '9',
  lastActivity: 50,
  waiting: false,
  ...more,
})
const saved = (id: string) => savedConversations().find((one) => one.id === id)

beforeEach(() => localStorage.clear())
afterEach(() => vi.unstubAllGlobals())

describe('what the agent lists', () => {
  test('is newer than what this device has seen: last words, what waits, and unread', () => {
    noteConversation('a', 'mine', 10)
    markConversation('a', { last: 'old', saidAt: 10, shownAt: 10 })
    noteListed([listed('a', { waiting: true })], 'other')
    expect(saved('a')).toMatchObject({ title: 'mine', at: 50, last: 'said elsewhere', waiting: true })
    expect(isUnread(saved('a')!)).toBe(true)
    noteListed([listed('a', { lastActivity: 60, lastText: 'decided' })], 'other')
    expect(saved('a')).toMatchObject({ last: 'decided' })
    expect(saved('a')?.waiting).toBeUndefined()
  })

  test('changes nothing that this device has seen, nor the conversation on the page', () => {
    noteConversation('a', 'mine', 10)
    markConversation('a', { last: 'seen', saidAt: 50, shownAt: 50 })
    noteConversation('b', 'on the page', 10)
    const before = savedConversations()
    noteListed([listed('a'), listed('b')], 'b')
    expect(savedConversations()).toEqual(before)
  })

  test('is added where this device does not know it, as read; not where it was deleted', () => {
    noteConversation('gone', 'mine', 10)
    forgetConversation('gone')
    noteListed([listed('new'), listed('gone'), listed('nameless', { title: '', lastActivity: 40 })], 'other')
    expect(savedConversations().map(({ id, title }) => [id, title])).toEqual([
      ['new', 'title of new'],
      ['nameless', 'Untitled'],
    ])
    expect(isUnread(saved('new')!)).toBe(false)
  })

  test('is ignored where it is no conversation of the apps', () => {
    noteListed([listed('../x'), listed('a', { channel: 'b:a' }), listed('b', { lastActivity: Number.NaN })], 'other')
    expect(savedConversations()).toEqual([])
  })
})

test('the agent is asked with the secret in the body, at once and whenever the page comes into sight', async () => {
  const fetched = vi.fn<typeof fetch>(async () => Response.json({ conversations: [listed('a')] }))
  vi.stubGlobal('fetch', fetched)
  const stop = followOtherDevices()
  await vi.waitFor(() => expect(saved('a')?.last).toBe('said elsewhere'))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(fetched).toHaveBeenCalledTimes(2)
  stop()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(fetched).toHaveBeenCalledTimes(2)
  const [address, request] = fetched.mock.calls[0]!
  expect([address, request?.method, request?.body]).toEqual([
    '/api/conversations',
    'POST',
    JSON.stringify({ secret: currentPerson().secret }),
  ])
})

test('an agent that has no list, or cannot be reached, changes nothing', async () => {
  noteConversation('a', 'mine', 10)
  const before = savedConversations()
  const fetched = vi
    .fn<typeof fetch>()
    .mockRejectedValueOnce(new TypeError('no network'))
    .mockResolvedValueOnce(Response.json({ error: { code: 'not-found' } }, { status: 404 }))
    .mockResolvedValueOnce(Response.json({ error: 'not as documented' }))
  vi.stubGlobal('fetch', fetched)
  const stop = followOtherDevices()
  for (let time = 0; time < 2; time++) document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(3))
  await Promise.allSettled(fetched.mock.results.map(({ value }) => value as Promise<Response>))
  expect(savedConversations()).toEqual(before)
  stop()
})
