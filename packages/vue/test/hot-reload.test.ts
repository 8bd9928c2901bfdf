// @vitest-environment happy-dom
import { simulatedBindingHarness } from '@streamfold/testkit'
import { defineComponent, h, nextTick } from 'vue'
import { expect, it } from 'vitest'
import { useConversation } from '../src/index.ts'
import { driver } from '@streamfold/test-support/vue/driver'
import { renderInTest } from './render-in-test.ts'

/** What Vite's plugin calls when a file was edited; Vue's development build puts it there. */
declare const __VUE_HMR_RUNTIME__: {
  createRecord(id: string, component: object): boolean
  rerender(id: string, render?: () => unknown): void
  reload(id: string, component: object): void
}

it('hot reload keeps the attachment and what is shown', async () => {
  const harness = simulatedBindingHarness()
  const channelName = 'ai:edited'
  const agent = harness.agent(channelName)
  await agent.complete(await agent.begin('there'))
  const edited = (tag: string) => {
    const component = defineComponent(() => {
      const { messages } = useConversation({ channelName, ...harness.options })
      return () => messages.value.map(({ key, text }) => h(tag, { key }, text))
    })
    return Object.assign(component, { __hmrId: 'edited' })
  }
  const Page = edited('p')
  __VUE_HMR_RUNTIME__.createRecord('edited', Page)
  const { element } = renderInTest(harness.client as never, () => () => h(Page))
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
  __VUE_HMR_RUNTIME__.reload('edited', edited('b'))
  await nextTick()
  expect(element.querySelector('b')?.textContent).toBe('there')
  __VUE_HMR_RUNTIME__.rerender('edited')
  harness.ably.service.clock.advance(1_000)
  expect([counts(), states]).toEqual([before, []])
})
