import assert from 'node:assert/strict'
import { openConversation } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { createServer } from './server.js'

const ably = await createLocalAbly()
const server = createServer(new Realtime(ably.clientOptions({ clientId: 'agent', echoMessages: false })))
const url = await server.listen({ port: 0 })

const client = new Realtime(ably.clientOptions({ clientId: 'ann' }))
const conversation = openConversation(client.channels.get('ai:fastify'), {
  agent: 'agent',
  notifyAgent: async ({ channelName, promptSerial }) => {
    const body = JSON.stringify({ channel: channelName, promptSerial })
    const response = await fetch(`${url}/api/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    assert.equal(response.status, 202)
  },
})
const answered = new Promise<string>((resolve) => {
  conversation.store.subscribe(() => {
    const answer = selectMessages(conversation.store.getSnapshot()).find(
      ({ role, status }) => role === 'assistant' && status === 'complete',
    )
    if (answer) resolve(answer.text)
  })
})
await conversation.sendMessage('good morning')
assert.equal(await answered, 'You said: good morning')
console.log('answered')
process.exit(0)
