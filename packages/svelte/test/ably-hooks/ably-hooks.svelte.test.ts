// @vitest-environment happy-dom
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { SimulatedClient } from '@streamfold/testkit'
import { simulateAbly } from '@streamfold/testkit'
import type { ErrorInfo, PresenceMessage, Realtime } from 'ably'
import { flushSync } from 'svelte'
import { expect, it, vi } from 'vitest'
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
} from '../../src/index.ts'
import type { Setup } from '../nested.ts'
import { renderInTest } from '../render-in-test.ts'
import Page from './page.svelte'
import Providers from './providers.svelte'

/** A page on two simulated clients, `default` and `second`, and the way to let time pass. */
function page(setup: Setup, channels: () => readonly object[] = () => []) {
  const ably = simulateAbly()
  const clients = [ably.client({ clientId: 'ann' }), ably.client({ clientId: 'bob' })] as const
  const providers = () => [
    { of: AblyProvider, props: { client: clients[1], ablyId: 'second' } },
    ...channels().map((props) => ({ of: ChannelProvider, props })),
  ]
  const settle = async () => {
    for (let i = 0; i < 10; i++) {
      flushSync()
      ably.service.clock.advance(1)
      await Promise.resolve()
    }
    flushSync()
  }
  const { element, set, unmount } = renderInTest(clients[0], Providers, {
    self: Providers,
    providers: providers(),
    setups: [setup],
  })
  return { ably, clients, settle, element, unmount, update: () => set({ providers: providers() }) }
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
  let [name, event, skip] = $state(['a', 'hi', false])
  let ablyId = $state<string>()
  const heard: unknown[] = []
  const { ably, clients, settle, unmount } = page(() => {
    const channel = { channelName: () => name, ablyId: () => ablyId, skip: () => skip }
    useChannel(
      channel,
      () => event,
      ({ data }) => heard.push(data),
    )
    useChannelStateListener(channel, ['attached', 'failed'], never)
    useConnectionStateListener('connected', never, () => ablyId)
    usePresenceListener(channel)
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
  event = 'other'
  await settle()
  await say('a', 'hi', 'no')
  await say('a', 'other', '2')
  name = 'b'
  await settle()
  await say('a', 'other', 'no')
  await say('b', 'other', '3')
  expect(counts()).toEqual(busy)
  skip = true
  await settle()
  await say('b', 'other', 'no')
  skip = false
  ablyId = 'second'
  await settle()
  await say('b', 'other', '4')
  expect(heard).toEqual(['1', '2', '3', '4'])
  expect(counts()).toEqual([0, busy[0]])
  unmount()
  await settle()
  expect(counts()).toEqual([0, 0])
  // As in ably/react, leaving does not detach.
  expect(clients[1].channels.get('b').state).toBe('attached')
})

it('does not begin again where a function returns the same as before', async () => {
  let [turn, said] = $state([0, 'here'])
  const { clients, settle } = page(() => {
    const same = { channelName: () => (turn < 0 ? 'other' : 'same') }
    useChannel(same, () => (turn < 0 ? 'other' : 'hi'), never)
    usePresence(same, () => (turn < 0 ? 'other' : said))
  })
  await settle()
  const { presence, subscriptions } = clients[0].channels.get('same')
  const ends = [vi.spyOn(subscriptions, 'off'), vi.spyOn(presence, 'update'), vi.spyOn(presence, 'leave')]
  const ended = () => ends.map(({ mock }) => mock.calls.length)
  turn = 1
  await settle()
  expect(ended()).toEqual([0, 0, 0])
  turn = 2
  said = 'away'
  await settle()
  expect(ended()).toEqual([0, 1, 0])
  turn = -1
  await settle()
  expect(ended()).toEqual([1, 1, 1])
})

it('infers the channel from the nearest provider, whose options hold and may change, and which refuses to be doubled', async () => {
  let rewind = '1'
  const channels = () => [{ channelName: 'outer' }, { channelName: 'near', options: { params: { rewind } } }]
  const found: unknown[] = []
  const heard: unknown[] = []
  let say: () => unknown = never
  const { ably, clients, settle, update, unmount } = page(() => {
    const near = useChannel(({ data }) => heard.push(data))
    found.push(near.channel.name)
    say = () => near.publish('any', 'hello')
    usePresence(undefined, 'here')
  }, channels)
  await settle()
  say()
  await settle()
  const channel = clients[0].channels.get('near')
  expect([found, heard, channel.params]).toEqual([['near'], ['hello'], { rewind: '1' }])
  expect([...ably.service.channel('near').members.values()]).toEqual([{ clientId: 'ann', data: 'here' }])
  rewind = '2'
  update()
  await settle()
  expect(channel.channelOptions).toMatchObject({ params: { rewind: '2' }, attachOnSubscribe: false })
  unmount()
  await settle()
  expect(ably.service.channel('near').members.size).toBe(0)
  expect(listeners(clients[0], 'near')).toBe(0)

  expect(() =>
    page(
      () => never,
      () => [...channels(), { channelName: 'near' }],
    ),
  ).toThrow('another ChannelProvider of it is above')
  expect(() => page(() => void useChannel().channel)).toThrow('no ChannelProvider is above this component')
})

it('follows the channel that its provider names now', async () => {
  let channelName = 'first'
  const heard: unknown[] = []
  const { ably, clients, settle, update } = page(
    () => void useChannel(({ data }) => heard.push(data)),
    () => [{ channelName, options: { params: { rewind: '1' } } }],
  )
  const say = async (channel: string, text: string) => {
    ably.service.channel(channel).publish({ text, headers: {}, clientId: 'eve' })
    await settle()
  }
  await settle()
  await say('first', '1')
  channelName = 'later'
  update()
  await settle()
  await say('first', 'no')
  await say('later', '2')
  expect(heard).toEqual(['1', '2'])
  expect(clients[0].channels.get('later').params).toEqual({ rewind: '1' })
  expect(listeners(clients[0], 'first')).toBe(listeners(clients[0]))
})

it('gives and reports errors until they are over, and attaches again when a lost connection is back', async () => {
  const told: string[] = []
  const name = (error: ErrorInfo) => void told.push(error.message)
  const { ably, clients, element, settle } = page(() => {
    const channel = useChannel({ channelName: 'errors', onChannelError: name, onConnectionError: name })
    const connection = useConnectionState()
    return () => [connection.current, channel.connectionError?.message, channel.channelError?.message].join(' ')
  })
  const shown = () => {
    flushSync()
    return element.textContent.trim()
  }
  await settle()
  expect(shown()).toBe('connected')
  clients[0].connection.drop('gone')
  expect(shown()).toBe('disconnected gone')
  ably.reconnect(clients[0])
  await settle()
  expect(shown()).toBe('connected')
  ably.control(clients[0], 'errors').fail('not permitted')
  expect(shown()).toBe('connected  not permitted')
  clients[0].close()
  await settle()
  expect(shown()).toBe('closed  not permitted')
  clients[0].connect()
  await settle()
  expect(shown()).toBe('connected')
  expect(clients[0].channels.get('errors').state).toBe('attached')
  expect(told).toEqual(['gone', 'not permitted'])
})

it('gives no error of a channel or a client that it does not use any more', async () => {
  let name = $state('a')
  let ablyId = $state<string>()
  const { ably, clients, element, settle } = page(() => {
    const channel = useChannel({ channelName: () => name, ablyId: () => ablyId })
    return () => [channel.channelError?.message, channel.connectionError?.message].join(' ')
  })
  const shown = () => {
    flushSync()
    return element.textContent.trim()
  }
  for (const client of clients) for (const each of ['a', 'b']) void client.channels.get(each).attach()
  await settle()
  ably.control(clients[0], 'a').fail('not permitted')
  expect(shown()).toBe('not permitted')
  name = 'b'
  expect(shown()).toBe('')

  clients[0].connection.drop('gone')
  expect(shown()).toBe('gone')
  ablyId = 'second'
  expect(shown()).toBe('')
  // The client that it used before does not count any more.
  ably.reconnect(clients[0])
  clients[0].connection.drop('gone')
  expect(shown()).toBe('')
})

it('is present with the newest data, and shows who is', async () => {
  let data = $state('reading')
  const seen: unknown[] = []
  let update: (status: string) => unknown = never
  const { element, settle } = page(() => {
    update = usePresence('room', () => data).updateStatus
    const present = usePresenceListener<string>('room', (message: PresenceMessage) => seen.push(message))
    return () => present.presenceData.map(({ clientId, data }) => `${clientId} ${data}`)
  })
  await settle()
  expect(element.textContent.trim()).toBe('ann reading')
  data = 'away'
  await settle()
  expect(element.textContent.trim()).toBe('ann away')
  update('typing')
  await settle()
  expect(element.textContent.trim()).toBe('ann typing')
  expect(seen).toHaveLength(3)
})

it('leaves where it was present, though what it should use next cannot be used', async () => {
  let ablyId = $state<string>()
  const { ably, clients, settle } = page(() => void usePresence({ channelName: 'room', ablyId: () => ablyId }))
  clients[1].close()
  await settle()
  expect(ably.service.channel('room').members.size).toBe(1)
  ablyId = 'second'
  await settle()
  expect(ably.service.channel('room').members.size).toBe(0)
})

it('stays away after it has left, though its data changed while it entered', async () => {
  let data = $state('reading')
  const { ably, settle, unmount } = page(() => void usePresence('room', () => data))
  flushSync()
  data = 'away'
  flushSync()
  unmount()
  await settle()
  expect(ably.service.channel('room').members.size).toBe(0)
})

it('uses the client that its provider has now', async () => {
  const server = await serve()
  const [one, two] = [realtime(server), realtime(server)]
  const found: unknown[] = []
  const setup = () => {
    found.push(useAbly('given'))
    const connection = useConnectionState('given')
    const channel = useChannel({ channelName: 'given', ablyId: 'given' }, never)
    return () => [connection.current, [one, two].indexOf(channel.ably as Realtime)].join(' ')
  }
  const providers = (client: Realtime) => [{ of: AblyProvider, props: { client, ablyId: 'given' } }]
  const before = two.connection.listeners()?.length ?? 0
  const { element, set } = renderInTest(undefined, Providers, { self: Providers, providers: providers(one), setups: [setup] })
  await vi.waitFor(() => expect(element.textContent.trim()).toBe('connected 0'))
  await vi.waitFor(() => expect(one.channels.get('given').state).toBe('attached'))
  set({ providers: providers(two) })
  await vi.waitFor(() => expect(element.textContent.trim()).toBe('connected 1'))
  await vi.waitFor(() => expect(two.channels.get('given').state).toBe('attached'))
  expect(found).toEqual([one])
  expect(one.connection.listeners()?.length ?? 0).toBe(before)
  expect(one.channels.get('given').listeners()).toEqual(null)
})

it('is rendered on a server, which opens nothing, taken over by a page, and leaves no listener when the page is left', async () => {
  const program = fileURLToPath(import.meta.resolve('./server.ts'))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=streamfold-source', program])
  const { body, states, listeners } = JSON.parse(stdout)
  expect({ states, listeners }).toEqual({ states: ['initialized', 'initialized'], listeners: [0, 0] })
  expect(body).toContain('initialized served')

  const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  const server = await serve()
  const client = realtime(server, { clientId: 'ann', autoConnect: false })
  const other = realtime(server, { clientId: 'eve' }).channels.get('served')
  const members = async () => (await other.presence.get()).map(({ data }) => data as string)
  await other.publish('any', 'before')
  const channel = client.channels.get('served')
  const counts = () => [client.connection, channel].map((emitter) => emitter.listeners()?.length ?? 0)
  const before = counts()
  const heard: unknown[] = []
  const props = { client, channelName: 'served', heard: (data: unknown) => heard.push(data) }
  const { element, unmount } = renderInTest(undefined, Page, props, body)
  const shown = element.querySelector('output')!
  expect(shown.textContent).toBe('initialized served')
  client.connect()
  await vi.waitFor(() => expect(shown.textContent).toBe('connected served ann'))
  await vi.waitFor(() => expect(heard).toEqual(['before']))
  element.querySelector('button')!.click()
  await vi.waitFor(() => expect(heard).toEqual(['before', 'hello']))
  expect(await members()).toEqual(['ann'])
  for (const complaint of complaints) expect(complaint.mock.calls).toEqual([])
  vi.restoreAllMocks()

  unmount()
  await vi.waitFor(async () => expect(await members()).toEqual([]))
  expect(counts()).toEqual(before)
  await other.publish('any', 'after')
  client.close()
  await vi.waitFor(() => expect(channel.state).toBe('detached'))
  expect(heard).toEqual(['before', 'hello'])
})
