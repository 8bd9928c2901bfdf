import assert from 'node:assert/strict'
import { openConversation } from '@streamfold/ably'
import type { ResponseWriter } from '@streamfold/core/transport'
import { streamResponse } from '@streamfold/agent'
import { createLocalAbly } from '@streamfold/local-ably'
import * as react from '@streamfold/react'
import * as vue from '@streamfold/vue'

assert.match(process.version, /^v20\./)
assert.equal(typeof openConversation, 'function')
assert.deepEqual(
  Object.keys(react).filter((name) => !(name in vue)),
  [],
)

const written: string[] = []
const writer: ResponseWriter = {
  create: async ({ text }) => (written.push(text), { serial: 's1', version: 's1' }),
  append: async (_, { text }) => (written.push(text), { serial: 's1', version: `s${written.length}` }),
  update: async (_, { text }) => (written.splice(0, Infinity, text), { serial: 's1', version: `u${written.length}` }),
}
async function* tokens() {
  yield 'Node '
  yield '20'
}
const outcome = await streamResponse(writer, tokens()).finished
assert.equal(outcome.status, 'complete')
assert.equal(written.join(''), 'Node 20')

// What needs a newer Node says so.
await assert.rejects(createLocalAbly(), /it needs Node 22\.13 or newer/)
console.log('runs on', process.version)
