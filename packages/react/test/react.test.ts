// @vitest-environment happy-dom
import { simulatedBindingHarness } from '@streamfold/testkit'
import { AblyProvider, ChannelProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { StrictMode, createElement, useEffect } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it, vi } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { UseConversationResult } from '../src/index.ts'
import { ConversationProvider, useConversation, useStore } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { renderInTest } from './render-in-test.ts'

const simulated = () => simulatedBindingHarness().client as unknown as Realtime // It stands for one.

it('says what is missing where there is no provider', () => {
  const Reader = () => useConversation().status
  const alone = createElement(AblyProvider, { client: simulated() }, createElement(Reader))
  expect(() => renderToString(alone)).toThrow('no ConversationProvider is above this component')
})

it('says which clients there are where it names another', () => {
  const Reader = () => useConversation({ channelName: 'ai:other', ablyId: 'second' }).status
  const page = createElement(AblyProvider, { client: simulated() }, createElement(Reader))
  expect(() => renderToString(page)).toThrow(
    expect.objectContaining({ code: 'no-client', message: expect.stringContaining('with the ablyId "second"') }),
  )
  expect(() => renderToString(page)).toThrow('name one of those that are ("default")')
  expect(() => renderToString(createElement(Reader))).toThrow(expect.objectContaining({ code: 'no-client' }))
})

it.each([{ channelName: undefined }, { channelName: null }, { channelName: 'ai:later', enabled: false }])(
  'needs no client while it opens nothing: %j',
  (options) => {
    const Reader = () => useConversation(options).connectionStatus
    expect(renderToString(createElement(Reader))).toBe('disconnected')
    const Inner = () => useConversation().connectionStatus
    expect(renderToString(createElement(ConversationProvider, options, createElement(Inner)))).toBe('disconnected')
  },
)

it('keeps the options of the ChannelProvider it is under', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const channelName = 'ai:provided'
  let connectionStatus: string | undefined
  const Reader = () => (connectionStatus = useConversation({ channelName }).connectionStatus)
  const channel = createElement(
    ChannelProvider,
    { channelName, options: { params: { rewind: '7', modes: 'subscribe' } } },
    createElement(Reader),
  )
  renderInTest(createElement(StrictMode, null, createElement(AblyProvider, { client }, channel)))
  await vi.waitFor(() => expect(connectionStatus).toBe('live'))
  expect(client.channels.get(channelName).params).toMatchObject({ rewind: '7', modes: 'subscribe' })
})

it('keeps the functions it gives, whatever happens', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const seen = new Set<unknown>()
  let connectionStatus: string | undefined
  const Reader = () => {
    const result = useConversation({ channelName: 'ai:stable', notifyAgent: async () => {} })
    seen.add(result.sendMessage).add(result.stop)
    connectionStatus = result.connectionStatus
    return null
  }
  renderInTest(createElement(AblyProvider, { client }, createElement(Reader)))
  await vi.waitFor(() => expect(connectionStatus).toBe('live'))
  expect(seen.size).toBe(2)
})

it('gives the store of the conversation', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  let store: ReturnType<typeof useStore> | undefined
  const Reader = () => {
    store = useStore()
    return null
  }
  const provider = createElement(ConversationProvider, { channelName: 'ai:store' }, createElement(Reader))
  renderInTest(createElement(AblyProvider, { client }, provider))
  await vi.waitFor(() => expect(store?.getSnapshot().context.channel.status).toBe('live'))
})

it('gives the store with the conversation that it opens', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  let status = () => ''
  const Reader = () => {
    const { store } = useConversation({ channelName: 'ai:store' })
    status = () => store.getSnapshot().context.channel.status
    return null
  }
  renderInTest(createElement(AblyProvider, { client }, createElement(Reader)))
  await vi.waitFor(() => expect(status()).toBe('live'))
})

it('renders what it shows also when a listener of the page has read it first', async () => {
  const harness = simulatedBindingHarness()
  const channelName = 'ai:overtaken'
  // Effects of a child run before its parent's: it is told first.
  const Listener = ({ conversation }: { conversation: UseConversationResult }) => {
    const { store } = conversation
    useEffect(() => store.subscribe(() => void conversation.messages.length))
    return null
  }
  const Page = () => {
    const conversation = useConversation({ channelName, ...harness.options })
    const texts = conversation.messages.map(({ key, text }) => createElement('li', { key }, text))
    return createElement('div', null, texts, createElement(Listener, { conversation }))
  }
  const client = harness.client as unknown as Realtime // It stands for one.
  const { element } = renderInTest(createElement(AblyProvider, { client }, createElement(Page)))
  const agent = harness.agent(channelName)
  await agent.complete(await agent.begin('one'))
  const mount = () => {
    throw new Error('unable to mount; it is mounted')
  }
  await harness.until(
    { settled: driver.settled, mount },
    () => element.textContent === 'one',
    () => element.textContent ?? '',
  )
})
