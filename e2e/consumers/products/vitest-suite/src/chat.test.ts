import { createResponseWriter, openConversation } from '@streamfold/ably'
import { streamResponse } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { useLocalAbly } from '@streamfold/local-ably/vitest'
import { laws, sessions, simulateChannel } from '@streamfold/testkit'
import { Realtime } from 'ably'
import { assert, property } from 'fast-check'
import { expect, it, vi } from 'vitest'

const ably = useLocalAbly()

it('shows what an agent streams, also when an append is refused', async () => {
  const agent = new Realtime(ably.server.clientOptions({ clientId: 'agent' }))
  const reader = new Realtime(ably.server.clientOptions({ clientId: 'ann' }))
  const conversation = openConversation(reader.channels.get('ai:suite'), { agent: 'agent' })
  ably.server.faults.rejectAppend({ channel: 'ai:suite', nth: 2, code: 42911 })

  async function* tokens() {
    for (const token of ['One', ', two', ', three', ', four']) yield token
  }
  const outcome = await streamResponse(createResponseWriter(agent.channels.get('ai:suite')), tokens()).finished
  expect(outcome).toMatchObject({ status: 'complete', text: 'One, two, three, four' })
  await vi.waitFor(() => {
    expect(selectMessages(conversation.store.getState())).toMatchObject([{ text: 'One, two, three, four', status: 'complete' }])
  })
  conversation.release()
  agent.close()
  reader.close()
})

it('obeys the law of convergence', () => {
  assert(property(sessions(), laws.convergence), { numRuns: 100 })
})

it('catches up after a loss, without a network', () => {
  const channel = simulateChannel()
  const reader = channel.join()
  const response = channel.respond('Hello')
  reader.drop()
  response.append(', world').end()
  reader.reconnect({ resumed: false })
  reader.catchUp()
  expect(reader.messages()).toMatchObject([{ text: 'Hello, world', status: 'complete', continuity: 'contiguous' }])
})
