import type { PresenceMessage } from 'ably'
import { expect, test } from 'vitest'
import { viewersOf } from '../src/viewers.ts'

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
