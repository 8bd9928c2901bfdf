// @vitest-environment happy-dom
import { Chat, useChat } from '@ai-sdk/react'
import type { UIMessage } from 'ai'
import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { flushSync } from 'react-dom'
import { expect, it, onTestFinished } from 'vitest'
import { createSSRApp, defineComponent, h } from 'vue'
import { useChat as useVueChat } from '@ai-sdk/vue'
import { renderToString as renderVueToString } from 'vue/server-renderer'
import { fromJSON, toJSON } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import type { ConversationUIMessage } from '../src/index.ts'
import { createChatTransport } from '../src/index.ts'
import { lineOf } from './chat-driver.ts'
import { so, harnessOf } from './fixture.ts'
import { react } from './react-driver.ts'

function renderReact(page: () => null) {
  const root = createRoot(document.createElement('main'))
  flushSync(() => root.render(createElement(page)))
  onTestFinished(() => root.unmount())
  return root
}

it('follows an object that React makes again with every render, without an endless loop', async () => {
  const { agent, open } = await harnessOf(react)
  const { transport } = open({ follow: false })
  let renders = 0
  let latest!: ReturnType<typeof useChat<ConversationUIMessage>>
  renderReact(() => {
    const chat = useChat<ConversationUIMessage>({ id: 'chat', transport })
    // No dependencies: the most careless form.
    useEffect(() => transport.follow(chat))
    latest = chat
    renders++
    return null
  })
  void latest.sendMessage({ text: 'Hello' })
  const turn = await agent.asked()
  turn.write('Good')
  await so(() => expect(latest.messages.map(lineOf)).toEqual(['user: Hello', 'assistant: Good']))
  turn.write(' day')
  await so(() => expect(latest.messages.map(lineOf)).toEqual(['user: Hello', 'assistant: Good day']))
  expect(agent.cancels).toEqual([])
  expect(renders).toBeLessThan(30)
  await latest.stop()
  await so(() => expect(agent.cancels).toHaveLength(1))
})

it('follows an instance of Chat, which React does not stop as it unmounts', async () => {
  const { agent, open } = await harnessOf(react)
  const { transport } = open({ follow: false })
  const chat = new Chat<ConversationUIMessage>({ id: 'chat', transport })
  const end = transport.follow(chat)
  const root = renderReact(() => {
    useChat({ chat })
    return null
  })
  void chat.sendMessage({ text: 'Hello' })
  const turn = await agent.asked()
  turn.write('Good')
  await so(() => expect(chat.messages.map(lineOf)).toEqual(['user: Hello', 'assistant: Good']))
  root.unmount()
  turn.write(' day')
  await so(() => expect(chat.messages.map(lineOf)).toEqual(['user: Hello', 'assistant: Good day']))
  await chat.dispose()
  await so(() => expect(agent.cancels).toHaveLength(1))
  end()
})

it('takes messages of the app’s own type', async () => {
  const { agent, open } = await harnessOf(react)
  type Own = UIMessage<{ readonly at: number }>
  const transport = createChatTransport<Own>(open({ follow: false }).channel, {
    agent: 'agent',
    metadata: ({ createdAt }) => ({ at: createdAt }),
  })
  const chat = new Chat<Own>({ id: 'chat', transport })
  const end = transport.follow(chat)
  void chat.sendMessage({ text: 'Hello' })
  const turn = await agent.asked()
  turn.write('Good day')
  turn.end()
  await so(() => expect(chat.messages.map(({ metadata }) => metadata?.at)).toEqual([expect.any(Number), expect.any(Number)]))
  end()
})

it('renders on a server what it was given, and connects to nothing', async () => {
  const { server, agent, open } = await harnessOf(react)
  const tab = open()
  void tab.send('Hello')
  const turn = await agent.asked()
  turn.write('Good day')
  turn.end()
  await so(() => expect(tab.status()).toBe('ready'))
  const initial = fromJSON(JSON.parse(JSON.stringify(toJSON(tab.transport.conversation.store.getState()))))
  const client = realtime(server, { clientId: 'server', autoConnect: false })
  const transport = createChatTransport(client.channels.get(tab.channel.name), { initial })
  const messages = transport.messages()
  const reactPage = () => createElement('p', null, useChat({ transport, messages }).messages.map(lineOf).join())
  const vuePage = defineComponent(() => {
    const chat = useVueChat({ transport, messages })
    return () => h('p', chat.messages.value.map(lineOf).join())
  })
  const html = '<p>user: Hello,assistant: Good day</p>'
  expect(renderToString(createElement(reactPage))).toBe(html)
  expect(await renderVueToString(createSSRApp(vuePage))).toBe(html)
  expect(client.connection.state).toBe('initialized')
})
