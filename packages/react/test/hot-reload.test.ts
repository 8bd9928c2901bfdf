// @vitest-environment happy-dom
import { simulatedBindingHarness } from '@streamfold/testkit'
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { createElement } from 'react'
import { expect, it } from 'vitest'
import { useConversation } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { renderInTest } from './render-in-test.ts'

it('hot reload keeps the attachment and what is shown', async () => {
  const harness = simulatedBindingHarness()
  const channelName = 'ai:edited'
  const agent = harness.agent(channelName)
  await agent.complete(await agent.begin('there'))
  // An edit that Fast Refresh cannot keep the state of mounts another component in the place of the one before.
  const edited = (tag: string) => () => {
    const { messages } = useConversation({ channelName, ...harness.options })
    return messages.map(({ key, text }) => createElement(tag, { key }, text))
  }
  const page = (tag: string) =>
    createElement(AblyProvider, { client: harness.client as unknown as Realtime }, createElement(edited(tag))) // It stands for one.
  const { element, update } = renderInTest(page('p'))
  const channel = harness.client.channels.get(channelName)
  await harness.until(
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
  harness.ably.service.clock.advance(1_000)
  expect([counts(), states]).toEqual([before, []])
})
