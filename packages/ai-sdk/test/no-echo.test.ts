// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { so, harnessOf } from './fixture.ts'

/** A client may be told not to echo what it publishes itself: half the messages, and half the bill. */
describe.each(drivers)('useChat of $framework, on a client without echo', (driver: ChatDriver) => {
  it('shows the question, its answer above all that comes later, and the same after a reload', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ echo: false })
    for (const [n, question] of ['One?', 'Two?'].entries()) {
      void tab.send(question)
      const turn = await agent.asked()
      expect(turn.task.messages.at(-1)?.text).toBe(question)
      turn.write('To ')
      await so(() => expect(tab.lines()).toHaveLength(2 * n + 2))
      turn.write(question)
      turn.end()
      await so(() => expect(tab.status()).toBe('ready'))
    }
    const lines = ['user: One?', 'assistant: To One?', 'user: Two?', 'assistant: To Two?']
    expect(tab.lines()).toEqual(lines)
    const reloaded = open({ echo: false })
    await so(() => expect(reloaded.lines()).toEqual(lines))
  })

  it('stops an answer, also in another tab of the same user, and asks again', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open({ echo: false }), open({ echo: false })]
    void tab.send('Hello')
    const turn = await agent.asked()
    turn.write('Good')
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(['user: Hello', 'assistant: Good']))
    await so(() => expect(other.status()).toBe('streaming'))
    void other.stop()
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    for (const each of [tab, other]) await so(() => expect(each.status()).toBe('ready'))
    void tab.regenerate()
    const again = await agent.asked()
    again.write('Good day')
    again.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(['user: Hello', 'assistant: Good day']))
      await so(() => expect(each.status()).toBe('ready'))
    }
  })

  it('sends a second question while the first is answered, and an edit of it', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ echo: false })
    void tab.send('One?')
    const first = await agent.asked()
    first.write('To one')
    await so(() => expect(tab.lines()).toHaveLength(2))
    void tab.send('Two?')
    const second = await agent.asked()
    for (const word of ['To', ' two']) second.write(word)
    second.end()
    first.end()
    await so(() => expect(tab.lines()).toEqual(['user: One?', 'assistant: To one', 'user: Two?', 'assistant: To two']))
    await so(() => expect(tab.status()).toBe('ready'))
    const { id } = tab.messages()[2]!
    void tab.send({ parts: [{ type: 'text', text: 'Deux?' }], messageId: id })
    const third = await agent.asked()
    third.write('To deux')
    third.end()
    await so(() => expect(tab.lines()).toEqual(['user: One?', 'assistant: To one', 'user: Deux?', 'assistant: To deux']))
    await so(() => expect(tab.status()).toBe('ready'))
  })
})
