import assert from 'node:assert/strict'
import type { Message } from '@streamfold/core'
import { createStore, normalise, selectMessages } from '@streamfold/core'
import { exportLog, importLog, replay } from '@streamfold/core/log'

const store = createStore({ log: true })
const raw = {
  serial: 's1',
  action: 'message.create',
  data: 'Hello',
  clientId: 'agent',
  extras: { headers: { status: 'streaming' } },
}
store.dispatch(normalise(raw))
store.dispatch(normalise({ ...raw, action: 'message.append', data: ', world', version: { serial: 's2' } }))

const [message]: readonly Message[] = selectMessages(store.getSnapshot())
assert.equal(message?.text, 'Hello, world')
assert.equal(message?.status, 'streaming')
assert.ok(store.log)
assert.deepEqual(selectMessages(replay(importLog(exportLog(store.log)))), [message])
console.log('folded:', message?.text)
