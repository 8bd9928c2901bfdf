import { getEventListeners } from 'node:events'
import { createStore } from '@streamfold/core'
import { expect, test } from 'vitest'
import { until } from '../src/bridge/until.ts'

test('a wait that is over leaves no listener on its signal, which may live as long as the page', async () => {
  const { signal } = new AbortController()
  const store = createStore()
  let found: string | undefined
  const waits = [until(store, () => found, signal), until(store, () => found, signal)]
  expect(getEventListeners(signal, 'abort')).toHaveLength(2)
  found = 'here'
  store.dispatch({ type: 'tick', now: 1 })
  expect(await Promise.all(waits)).toEqual(['here', 'here'])
  for (let n = 0; n < 20; n++) await until(store, () => found, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
