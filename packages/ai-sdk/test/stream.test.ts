// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('streams an answer', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    void tab.send('Hello')
    await so(() => expect(tab.status()).toBe('submitted'))
    const turn = await agent.asked()
    expect(turn.task.prompt.text).toBe('Hello')
    turn.write('Good')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good']))
    expect(tab.status()).toBe('streaming')
    turn.write(' day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good day'])
    expect(tab.messages()[1]?.metadata).toMatchObject({ status: 'complete', clientId: 'agent' })
    expect(tab.drawn.every((lines) => lines.length <= 2)).toBe(true)
  })

  it('gives every message one id, in this tab, in another and after a reload', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open()]
    void tab.send('Hello')
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(tab.lines()).toHaveLength(2))
    const ids = tab.messages().map(({ id }) => id)
    await so(() => expect(other.messages().map(({ id }) => id)).toEqual(ids))
    const reloaded = open()
    await so(() => expect(reloaded.messages().map(({ id }) => id)).toEqual(ids))
    expect(reloaded.status()).toBe('ready')
  })

  it('reads an agent of the plain pattern, which sets no headers', async () => {
    const { server, open } = await harnessOf(driver, { listens: false })
    const tab = open()
    void tab.send('Hello')
    await so(() => expect(tab.messages()[0]?.metadata?.status).toBe('complete'))
    const channel = realtime(server, { clientId: 'agent' }).channels.get(tab.channel.name)
    const { serials } = await channel.publish('tokens', 'Good')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good']))
    await channel.appendMessage({ serial: serials[0]!, data: ' day' }, { metadata: { phase: 'done' } })
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good day'])
  })

  it('keeps the channel for no longer than it is used', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: false })
    expect(tab.channel.state).toBe('initialized')
    void tab.send('Hello')
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good day'])
    await so(() => expect(tab.channel.state).toBe('detached'))
    const following = open()
    await so(() => expect(following.lines()).toHaveLength(2))
    expect(following.channel.state).toBe('attached')
    following.unmount()
    await so(() => expect(following.channel.state).toBe('detached'))
  })

  it('keeps a message that only the chat has in its place', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ messages: [{ id: 'greeting', role: 'assistant', parts: [{ type: 'text', text: 'Ask me' }] }] })
    void tab.send('Hello')
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['assistant: Ask me', 'user: Hello', 'assistant: Good day'])
  })

  it('loads older messages into their place', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    for (const question of ['One?', 'Two?']) {
      void tab.send(question)
      const turn = await agent.asked()
      turn.write(`To ${question}`)
      turn.end()
      await so(() => expect(tab.lines().at(-1)).toBe(`assistant: To ${question}`))
      await so(() => expect(tab.status()).toBe('ready'))
    }
    const short = open({ history: 1, rewind: false })
    await so(() => expect(short.lines().length).toBeGreaterThan(0))
    for (let page = 0; page < 3; page++) await short.transport.conversation.loadOlder()
    await so(() => expect(short.lines()).toEqual(['user: One?', 'assistant: To One?', 'user: Two?', 'assistant: To Two?']))
  })
})
