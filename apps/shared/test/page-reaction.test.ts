import { createStore } from '@streamfold/core'
import { expect, test } from 'vitest'
import { watchReaction } from '../src/chat/page-reaction.ts'

test('what happens to a connection is told in sentences, once each', () => {
  const said: string[] = []
  const store = createStore()
  const stop = watchReaction(store, (sentence) => said.push(sentence))
  store.dispatch({ type: 'connection', state: 'connecting' })
  store.dispatch({ type: 'connection', state: 'connected' })
  store.dispatch({ type: 'channel', state: 'attached' })
  store.dispatch({ type: 'connection', state: 'disconnected' })
  store.dispatch({ type: 'connection', state: 'disconnected' })
  stop()
  store.dispatch({ type: 'connection', state: 'failed' })
  expect(said.at(-1)).toBe('The page is offline. It keeps what it has and tries again by itself.')
  expect(new Set(said).size).toBe(said.length)
})
