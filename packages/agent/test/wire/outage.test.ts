import { selectMessages } from '@streamfold/core'
import { expect, test } from 'vitest'
import { streamResponse } from '../../src/index.ts'
import { agentChannel, client, realtime, serve, text, until, watch, words } from './fixture.ts'

const name = 'ai:outage'

test('a connection lost for a while: the source waits, the text is whole and in order', async () => {
  const server = await serve()
  const writer = realtime(server, { clientId: 'agent' })
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get(name))
  await until(store, (state) => state.context.channel.status === 'live')
  const stream = streamResponse(agentChannel(writer, name).writer, words(300, 5), { batch: { interval: 0 } })
  await until(store, (state) => (selectMessages(state)[0]?.text.length ?? 0) > 50)
  server.faults.cut({ clientId: 'agent', refuseFor: 1_500 })
  expect(await stream.finished).toMatchObject({ status: 'complete', text: text(300) })
  await until(store, (state) => selectMessages(state)[0]?.text === text(300))
})

test('lost for longer than the client queues: what it gave up is repaired when it is back', async () => {
  // The client is suspended, and rejects all it had queued, when the connection state has expired.
  const server = await serve({ connectionStateTtl: 300 })
  const writer = realtime(server, { clientId: 'agent' })
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get(name))
  await until(store, (state) => state.context.channel.status === 'live')
  const states: string[] = []
  writer.connection.on((change) => states.push(change.current))
  const stream = streamResponse(agentChannel(writer, name).writer, words(400, 5), { batch: { interval: 0 } })
  await until(store, (state) => (selectMessages(state)[0]?.text.length ?? 0) > 50)
  server.faults.cut({ clientId: 'agent', refuseFor: 1_200 })
  const outcome = await stream.finished
  expect(states).toContain('suspended')
  expect(outcome).toMatchObject({ status: 'complete', text: text(400) })
  expect(outcome.repairs).toBeGreaterThan(0)
  await until(store, (state) => selectMessages(state)[0]?.text === text(400))
})

test('lost permanently: the outcome is failed, with all the text, and in time', async () => {
  const server = await serve()
  const writer = client(server, { clientId: 'agent' })
  const { store } = watch(realtime(server, { clientId: 'ann' }).channels.get(name))
  await until(store, (state) => state.context.channel.status === 'live')
  const stream = streamResponse(agentChannel(writer, name).writer, words(100, 5), { repair: { retries: 2, pause: 20 } })
  await until(store, (state) => (selectMessages(state)[0]?.text.length ?? 0) > 50)
  writer.close()
  const outcome = await stream.finished
  expect(outcome).toMatchObject({ status: 'failed', text: text(100) })
  const stored = await realtime(server)
    .channels.get(name)
    .getMessage(await stream.serial)
  // What did arrive is a beginning of it.
  expect(text(100).startsWith(stored.data as string)).toBe(true)
})
