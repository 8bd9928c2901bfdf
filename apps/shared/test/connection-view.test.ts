import { expect, test } from 'vitest'
import { connectionView } from '../src/chat/connection-view.ts'

test('offline counts down to the next try', () => {
  expect(connectionView('offline', 10_000, 7_400, undefined).text).toBe('Offline, next try in 3 s')
  expect(connectionView('offline', 10_000, 10_100, undefined).text).toBe('Offline, trying again')
  expect(connectionView('offline', undefined, 0, undefined).text).toBe('Offline')
})

test('a failure says why and what to do', () => {
  const { notice, action } = connectionView('failed', undefined, 0, 'unable to follow; invalid key: connect again')
  expect(notice).toMatch(/^Unable to follow; invalid key: connect again\. If that does not help, check the key/)
  expect(action).toBe('connect')
})

test.each(['connecting', 'live', 'catching-up', 'offline'] as const)('%s offers to disconnect', (status) => {
  expect(connectionView(status, undefined, 0, undefined).action).toBe('disconnect')
})
