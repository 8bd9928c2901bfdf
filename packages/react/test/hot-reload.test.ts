// @vitest-environment happy-dom
import { simulatedStage } from '@streamfold/testkit'
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { createElement } from 'react'
import { expect, it } from 'vitest'
import { useConversation } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { renderInTest } from './render-in-test.ts'

it('hot reload keeps the attachment and what is shown', async () => {
  const stage = simulatedStage()
  const channelName = 'ai:edited'
  const agent = stage.agent(channelName)
  await agent.complete(await agent.begin('there'))
  // An edit that Fast Refresh cannot keep the state of mounts another component in the place of the one before.
  const edited = (tag: string) => () => {
    const { messages } = useConversation({ channelName, ...stage.options })
    return messages.map(({ key, text }) => createElement(tag, { key }, text))
  }
  const page = (tag: string) =>
    createElement(AblyProvider, { client: stage.client as unknown as Realtime }, createElement(edited(tag))) // It stands for one.
  const { element, update } = renderInTest(page('p'))
  const channel = stage.client.channels.get(channelName)
  await stage.until(
    driver,
    () => element.textContent === 'there' && channel.state === 'attached',
    () => element.innerHTML,
  )
  const states: string[] = []
  channel.on(({ current }) => states.push(current))
  const counts = () => [channel.listeners()?.length, channel.subscriptions.listeners()?.length]
  const before = counts()
  update(page('b'))
  expect(element.querySelector('b')?.textContent).toBe('there')
  stage.ably.service.clock.advance(1_000)
  expect([counts(), states]).toEqual([before, []])
})
