// @vitest-environment happy-dom
import type { SimulatedClient } from '@streamfold/testkit'
import { simulateAbly } from '@streamfold/testkit'
import type { ErrorInfo, PresenceMessage, Realtime } from 'ably'
import type { Component } from 'vue'
import { KeepAlive, defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { expect, it, vi } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import {
  AblyProvider,
  ChannelProvider,
  useAbly,
  useChannel,
  useChannelStateListener,
  useConnectionState,
  useConnectionStateListener,
  usePresence,
  usePresenceListener,
} from '../src/index.ts'
import { renderInTest } from './render-in-test.ts'

/** A page on two simulated clients, `default` and `second`, and the way to let time pass. */
function page(setup: () => () => unknown) {
  const ably = simulateAbly()
  const clients = [ably.client({ clientId: 'ann' }), ably.client({ clientId: 'bob' })] as const
  const Page = defineComponent({ setup })
  const second = () => h(AblyProvider, { client: clients[1] as unknown as Realtime, ablyId: 'second' }, () => h(Page))
  const settle = async () => {
    for (let i = 0; i < 10; i++) {
      ably.service.clock.advance(1)
      await nextTick()
    }
  }
  const { element, unmount } = renderInTest(clients[0] as never, () => second)
  return { ably, clients, settle, element, unmount }
}

/** All listeners that a client and these channels of its have. */
function listeners({ connection, channels }: SimulatedClient, ...names: string[]): number {
  const there = names.map((name) => channels.get(name))
  const emitters = [connection, ...there, ...there.map(({ subscriptions }) => subscriptions)]
  const members = there.map(({ presence }) => presence.listening)
  return emitters.reduce((sum, emitter) => sum + (emitter.listeners()?.length ?? 0), 0) + members.reduce((a, b) => a + b, 0)
}

const never = () => null

it('follows its name, its event, its client and whether it is skipped, and leaves no listener behind', async () => {
  const [name, event, ablyId, skip] = [ref('a'), ref<string>('hi'), ref<string>(), ref(false)]
  const heard: unknown[] = []
  const { ably, clients, settle, unmount } = page(() => {
    useChannel({ channelName: name, ablyId, skip }, event, ({ data }) => heard.push(data))
    useChannelStateListener({ channelName: () => name.value, ablyId }, ['attached', 'failed'], never)
    useConnectionStateListener('connected', never, ablyId)
    usePresenceListener({ channelName: name, ablyId, skip })
    return never
  })
  const say = async (channel: string, event: string, text: string) => {
    ably.service.channel(channel).publish({ name: event, text, headers: {}, clientId: 'eve' })
    await settle()
  }
  const counts = () => [listeners(clients[0], 'a', 'b'), listeners(clients[1], 'a', 'b')]
  await settle()
  const busy = counts()
  await say('a', 'hi', '1')
  await say('a', 'other', 'no')
  event.value = 'other'
  await say('a', 'hi', 'no')
  await say('a', 'other', '2')
  name.value = 'b'
  await settle()
  await say('a', 'other', 'no')
  await say('b', 'other', '3')
  expect(counts()).toEqual(busy)
  skip.value = true
  await say('b', 'other', 'no')
  skip.value = false
  ablyId.value = 'second'
  await settle()
  await say('b', 'other', '4')
  expect(heard).toEqual(['1', '2', '3', '4'])
  expect(counts()).toEqual([0, busy[0]])
  unmount()
  expect(counts()).toEqual([0, 0])
  // As in ably/react, leaving does not detach.
  expect(clients[1].channels.get('b').state).toBe('attached')
})

it('infers the channel from the nearest provider, whose options hold, and which refuses to be doubled', async () => {
  const found: unknown[] = []
  const heard: unknown[] = []
  const Inner = defineComponent(() => {
    const { channel, publish } = useChannel(({ data }) => heard.push(data))
    found.push(channel.value.name)
    void usePresence(undefined, 'here')
    return () => h('button', { onClick: () => publish('any', 'hello') })
  })
  const options = shallowRef<object>({ params: { rewind: '1' } })
  const provided = (child: Component) => () =>
    h(ChannelProvider, { channelName: 'outer' }, () =>
      h(ChannelProvider, { channelName: 'near', options: options.value }, () => h(child)),
    )
  const { ably, clients, element, settle, unmount } = page(() => provided(Inner))
  await settle()
  element.querySelector('button')!.click()
  await settle()
  const channel = clients[0].channels.get('near')
  expect([found, heard, channel.params]).toEqual([['near'], ['hello'], { rewind: '1' }])
  expect([...ably.service.channel('near').members.values()]).toEqual([{ clientId: 'ann', data: 'here' }])
  options.value = { params: { rewind: '2' } }
  await settle()
  expect(channel.channelOptions).toMatchObject({ params: { rewind: '2' }, attachOnSubscribe: false })
  unmount()
  await settle()
  expect(ably.service.channel('near').members.size).toBe(0)

  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const Twice = defineComponent(() => () => h(ChannelProvider, { channelName: 'near' }, never))
  expect(() => page(() => provided(Twice))).toThrow('another ChannelProvider of it is above')
  const Nameless = defineComponent(() => (useChannel().channel.value, never))
  expect(() => page(() => () => h(Nameless))).toThrow('no ChannelProvider is above this component')
  vi.restoreAllMocks()
})

it('gives and reports errors until they are over, and attaches again when a lost connection is back', async () => {
  const told: string[] = []
  const name = (error: ErrorInfo) => void told.push(error.message)
  let state: () => unknown = never
  const { ably, clients, settle } = page(() => {
    const { channelError, connectionError } = useChannel({
      channelName: 'errors',
      onChannelError: name,
      onConnectionError: name,
    })
    const connection = useConnectionState()
    state = () => [connection.value, connectionError.value?.message, channelError.value?.message]
    return never
  })
  await settle()
  expect(state()).toEqual(['connected', undefined, undefined])
  clients[0].connection.drop('gone')
  expect(state()).toEqual(['disconnected', 'gone', undefined])
  ably.reconnect(clients[0])
  await settle()
  expect(state()).toEqual(['connected', undefined, undefined])
  ably.control(clients[0], 'errors').fail('not permitted')
  expect(state()).toEqual(['connected', undefined, 'not permitted'])
  clients[0].close()
  clients[0].connect()
  await settle()
  expect(state()).toEqual(['connected', undefined, undefined])
  expect(clients[0].channels.get('errors').state).toBe('attached')
  expect(told).toEqual(['gone', 'not permitted'])
})

it('gives no error of a channel or a client that it does not use any more, or that recovered while it was off the page', async () => {
  const [name, ablyId, shown] = [ref('a'), ref<string>(), ref(true)]
  let errors: () => unknown = never
  const Inner = defineComponent(() => {
    const { channelError, connectionError } = useChannel({ channelName: name, ablyId })
    errors = () => [channelError.value?.message, connectionError.value?.message]
    return never
  })
  const { ably, clients, settle } = page(() => () => h(KeepAlive, () => (shown.value ? h(Inner) : null)))
  for (const client of clients) for (const each of ['a', 'b']) void client.channels.get(each).attach()
  await settle()
  ably.control(clients[0], 'a').fail('not permitted')
  expect(errors()).toEqual(['not permitted', undefined])
  name.value = 'b'
  expect(errors()).toEqual([undefined, undefined])

  clients[0].connection.drop('gone')
  expect(errors()).toEqual([undefined, 'gone'])
  shown.value = false
  await nextTick()
  shown.value = true
  await nextTick()
  expect(errors()).toEqual([undefined, 'gone'])
  shown.value = false
  await nextTick()
  ably.reconnect(clients[0])
  shown.value = true
  await settle()
  expect(errors()).toEqual([undefined, undefined])

  clients[0].connection.drop('gone again')
  expect(errors()).toEqual([undefined, 'gone again'])
  ablyId.value = 'second'
  expect(errors()).toEqual([undefined, undefined])
  // The client that it used before does not count any more.
  ably.reconnect(clients[0])
  clients[0].connection.drop('gone')
  expect(errors()).toEqual([undefined, undefined])
})

it('is present with the newest data, and shows who is', async () => {
  const data = ref('reading')
  const seen: unknown[] = []
  let present: () => unknown = never
  const { settle } = page(() => {
    const { updateStatus } = usePresence('room', data)
    const { presenceData } = usePresenceListener<string>('room', (message: PresenceMessage) => seen.push(message))
    present = () => presenceData.value.map(({ clientId, data }) => [clientId, data])
    return () => h('button', { onClick: () => updateStatus('typing') })
  })
  await settle()
  expect(present()).toEqual([['ann', 'reading']])
  data.value = 'away'
  await settle()
  expect(present()).toEqual([['ann', 'away']])
  document.querySelector('button')!.click()
  await settle()
  expect(present()).toEqual([['ann', 'typing']])
  expect(seen).toHaveLength(3)
})

it('leaves where it was present, though what it should use next cannot be used', async () => {
  const ablyId = ref<string>()
  const { ably, clients, settle } = page(() => (usePresence({ channelName: 'room', ablyId }), never))
  clients[1].close()
  await settle()
  expect(ably.service.channel('room').members.size).toBe(1)
  ablyId.value = 'second'
  await settle()
  expect(ably.service.channel('room').members.size).toBe(0)
})

it('stays away after it has left, though its data changed while it entered', async () => {
  const data = ref('reading')
  const { ably, settle, unmount } = page(() => (usePresence('room', data), never))
  data.value = 'away'
  await nextTick()
  unmount()
  await settle()
  expect(ably.service.channel('room').members.size).toBe(0)
})

it('hears nothing while it is kept off the page', async () => {
  const shown = ref(true)
  const heard: unknown[] = []
  const Inner = defineComponent(() => {
    useChannel('kept', ({ data }) => heard.push(data))
    const state = useConnectionState()
    return () => state.value
  })
  const { ably, clients, element, settle } = page(() => () => h(KeepAlive, () => (shown.value ? h(Inner) : null)))
  const say = (text: string) => ably.service.channel('kept').publish({ text, headers: {}, clientId: 'eve' })
  await settle()
  say('1')
  shown.value = false
  await settle()
  expect(listeners(clients[0], 'kept')).toBe(0)
  say('no')
  clients[0].connection.drop()
  shown.value = true
  await settle()
  expect(element.textContent).toBe('disconnected')
  ably.reconnect(clients[0])
  await settle()
  say('2')
  expect(heard).toEqual(['1', '2'])
})

it('uses the client that its provider has now', async () => {
  const server = await serve()
  const [one, two] = [realtime(server), realtime(server)]
  const client = shallowRef<Realtime>(one)
  const found: unknown[] = []
  const Reader = defineComponent(() => {
    useConnectionState('given')
    found.push(useAbly('given'))
    return never
  })
  renderInTest(one, () => () => h(AblyProvider, { client: client.value, ablyId: 'given' }, () => h(Reader)))
  const before = two.connection.listeners()?.length ?? 0
  client.value = two
  await nextTick()
  expect(found).toEqual([one])
  expect(two.connection.listeners()?.length ?? 0).toBe(before + 1)
})
