import { createStore } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { recorded, simulateChannel } from '@streamfold/testkit'
import { expect, it } from 'vitest'

it('a recorded log shows what its reader saw, at any moment', () => {
  const channel = simulateChannel()
  const reader = channel.join()
  const store = createStore({ initial: reader.conversation(), log: true })
  store.dispatch({ type: 'connection', state: 'disconnected' })
  store.dispatch({ type: 'prompt-sent', key: 'k', text: 'Hello', at: 1 })
  const { seen, log } = recorded(exportLog(store.log!))
  expect(log.events).toHaveLength(2)
  expect(seen(0)).toEqual({ channel: 'live', messages: [] })
  expect(seen()).toEqual({
    channel: 'interrupted',
    messages: [{ role: 'user', status: 'sending', continuity: 'contiguous', text: 'Hello' }],
  })
})
