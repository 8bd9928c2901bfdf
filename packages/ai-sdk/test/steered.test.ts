// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import { serveAgent } from '@streamfold/agent'
import { normalise } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so, tabsOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('is ready after an answer that took its prompt in', async () => {
    const { server, name, open } = await tabsOf(driver)
    const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
    let takeIn = (): void => undefined
    const agent = serveAgent({
      channel: createAgentChannel(channel, { clientId: 'agent' }),
      batch: { interval: 0 },
      prompts: 'steer',
      async *respond(task) {
        yield 'First'
        await new Promise<void>((resolve) => (takeIn = resolve))
        yield `, ${(await task.takeIn()).map(({ text }) => text).join()}`
      },
    })
    await channel.subscribe((message) => {
      const event = normalise(message)
      if (event.type === 'created' && event.role === 'user') void agent.answer(event.serial)
    })
    await agent.recover()
    onTestFinished(() => agent.close())
    const [tab, other] = [open(), open()]
    void tab.send('One')
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(['user: One', 'assistant: First']))
    void other.send('Two')
    await so(() => expect(tab.lines()).toContain('user: Two'))
    await so(() => expect(other.messages().every(({ metadata }) => metadata?.status !== 'sending')).toBe(true))
    takeIn()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toContain('assistant: First|, Two'))
      await so(() => expect([each.status(), each.error()]).toEqual(['ready', undefined]))
      expect(each.messages()).toHaveLength(3)
    }
  })
})
