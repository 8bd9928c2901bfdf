import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createStore, normalise } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'

const store = createStore({ log: true })
store.dispatch(normalise({ serial: 's1', action: 'message.create', data: 'Hello', clientId: 'agent' }))
store.dispatch(
  normalise({ serial: 's1', action: 'message.append', data: ', world', clientId: 'agent', version: { serial: 's2' } }),
)
assert.ok(store.log)
writeFileSync('hello.log', exportLog(store.log))

const streamfold = (...args: string[]) => spawnSync('npx', ['--no-install', 'streamfold', ...args], { encoding: 'utf8' })
assert.match(streamfold('replay', 'hello.log').stdout, /Hello, world/)
assert.equal(streamfold('diff', 'hello.log', 'hello.log').status, 0)
const missing = streamfold('replay', 'absent.log')
assert.equal(missing.status, 4)
assert.match(missing.stderr, /absent\.log/)
