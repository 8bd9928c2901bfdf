import { selectConnectionStatus, selectMessages, toJSON } from '@streamfold/core'
import { simulatedBindingHarness } from '@streamfold/testkit'
import type { RealtimeChannel } from 'ably'
import { expect, it } from 'vitest'
import type { OpenOptions } from '../src/index.ts'
import { openConversation } from '../src/index.ts'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

interface Mine {
  readonly headers: { readonly model: string }
}

/** A simulated harness whose channel conversations are opened on by hand. */
function harnessOf(channelName: string) {
  const harness = simulatedBindingHarness()
  const channel = (name = channelName) => harness.client.channels.get(name) as unknown as RealtimeChannel // It stands for one.
  const openNow = (options: OpenOptions = {}, name?: string) =>
    openConversation(channel(name), { ...harness.options, ...options })
  const pass = (seen: () => boolean) => harness.until({ settled: () => Promise.resolve(), mount: () => fail() }, seen, () => 'it')
  return { harness, channel, openNow, pass, agent: harness.agent(channelName) }
}

function fail(): never {
  throw new Error('unable to mount; there is nothing here to mount with')
}

it('publishes headers of a product with a prompt, again when it is sent again, and refuses another role', async () => {
  const server = await serve()
  const channel = realtime(server, { clientId: 'ann' }).channels.get('ai:headers')
  const { store, sendMessage, retry } = openConversation<Mine>(channel, { scheduler: (flush) => flush() })
  const headers = { model: 'small' }
  const assistant = { ...headers, role: 'assistant' }
  await expect(sendMessage('with headers', { headers: assistant })).rejects.toMatchObject({ code: 'wrong-headers' })
  const publish = channel.publish.bind(channel)
  channel.publish = () => Promise.reject(new Error('rate limit exceeded'))
  await sendMessage('with headers', { headers })
  channel.publish = publish
  await retry(selectMessages(store.getState())[0]!.id)
  await until(store as never, (state) => live(state) && selectMessages(state)[0]?.status === 'complete')
  const [prompt] = selectMessages(store.getState())
  expect(prompt).toMatchObject({ role: 'user', headers: { model: 'small', role: 'user' } })
  // Without notifyAgent, another response is asked for with its headers.
  await retry(prompt!.id)
  await until(store as never, (state) => selectMessages(state).length === 2)
  expect(selectMessages(store.getState())[1]!.headers.model).toBe('small')
})

it('connects a client that was told not to connect by itself', async () => {
  const client = realtime(await serve(), { clientId: 'ann', autoConnect: false })
  expect(client.connection.state).toBe('initialized')
  await until(open(client.channels.get('ai:asleep')).store, live)
})

it('uses each option of the first who gives it, as long as that one holds', async () => {
  const { harness, openNow, channel, pass } = harnessOf('ai:first')
  const plain = openNow()
  const first = openNow({ rewind: '1' })
  openNow({ rewind: '2' })
  await pass(() => live(plain.store.getState()))
  void plain.disconnect()
  await pass(() => channel().state === 'detached')
  void plain.connect()
  await pass(() => live(plain.store.getState()))
  const { params } = harness.client.channels.get('ai:first')
  expect(params).toEqual({ rewind: '1' })
  first.release()
  void plain.disconnect()
  await pass(() => channel().state === 'detached')
  void plain.connect()
  await pass(() => live(plain.store.getState()))
  expect(harness.client.channels.get('ai:first').params).toEqual({ rewind: '2' })
})

it('shares one attachment among conversations with other agents, until the last of them has left', async () => {
  const { channel, openNow, pass, agent } = harnessOf('ai:judged')
  await agent.complete(await agent.begin('I am'))
  const [left, right, none] = [openNow({ agent: 'nobody' }), openNow({ agent: 'agent' }), openNow()]
  const role = ({ store }: typeof left) => selectMessages(store.getState())[0]?.role
  await pass(() => role(left) === 'user' && role(right) === 'assistant')
  expect(none.store.getState()).toBe(left.store.getState())
  left.release()
  none.release()
  await pass(() => selectConnectionStatus(left.store.getState()) === 'disconnected')
  expect(channel().state).toBe('attached')
  right.release()
  await pass(() => channel().state === 'detached')
})

it('keeps the messages of conversations that were left, but not of all', async () => {
  const { harness, openNow, pass } = harnessOf('ai:0')
  const names = Array.from({ length: 10 }, (_, i) => `ai:${i}`)
  for (const name of names) {
    const agent = harness.agent(name)
    await agent.complete(await agent.begin(name))
    const handle = openNow({}, name)
    await pass(() => selectMessages(handle.store.getState()).length === 1)
    handle.release()
    await pass(() => harness.client.channels.get(name).state === 'detached')
  }
  const kept = names.map((name) => selectMessages(openNow({}, name).store.getState()).length)
  expect(kept).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
})

it('begins from a saved state as one whose channel is not attached yet', async () => {
  const { harness, openNow, pass, agent } = harnessOf('ai:saved')
  await agent.complete(await agent.begin('saved'))
  const first = openNow()
  await pass(() => live(first.store.getState()))
  expect(toJSON(first.store.getState())).toMatchObject({ version: 2 })
  const second = harness.ably.client({ autoConnect: false }).channels.get('ai:saved') as unknown as RealtimeChannel // It stands for one.
  const { store } = openConversation(second, { ...harness.options, initial: first.store.getState() })
  expect([selectConnectionStatus(store.getState()), selectMessages(store.getState()).length]).toEqual(['connecting', 1])
  await pass(() => live(store.getState()))
})
