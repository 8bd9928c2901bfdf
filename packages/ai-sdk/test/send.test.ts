// @vitest-environment happy-dom
import type { ConversationError } from '@streamfold/client'
import { describe, expect, it, vi } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('shows that an answer failed, and asks for another one in its place', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open()]
    const turn = await begin(agent, tab, 'Hello', 'Good')
    // A later visitor finds the failure in the metadata.
    await so(() => expect(other.status()).toBe('streaming'))
    turn.fail('the model broke')
    for (const each of [tab, other]) {
      await so(() => expect(each.status()).toBe('error'))
      expect(each.error()).toBe('unable to complete the answer; the model broke: try again')
      expect(each.lines()).toEqual(['user: Hello', 'assistant: Good'])
    }
    void tab.regenerate()
    const again = await agent.asked()
    expect(again.task.prompt.text).toBe('Hello')
    again.write('Good day')
    again.end()
    const lines = ['user: Hello', 'assistant: Good day']
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(lines))
      await so(() => expect(each.status()).toBe('ready'))
    }
    const reloaded = open()
    await so(() => expect(reloaded.lines()).toEqual(lines))
    expect(reloaded.messages()[0]?.id).toBe(tab.messages()[0]?.id)
  })

  it('replaces an edited message and all that came after it, in every tab', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    for (const question of ['One?', 'Two?']) {
      const turn = await begin(agent, tab, question, `To ${question}`)
      turn.end()
      await so(() => expect(tab.status()).toBe('ready'))
    }
    const { id } = tab.messages()[0]!
    void tab.send({ parts: [{ type: 'text', text: 'Uno?' }], messageId: id })
    const turn = await agent.asked()
    turn.write('To uno')
    turn.end()
    for (const each of [tab, other, open()]) {
      await so(() => expect(each.lines()).toEqual(['user: Uno?', 'assistant: To uno']))
      await so(() => expect(each.status()).toBe('ready'))
      expect(each.messages()[0]?.id).toBe(id)
    }
  })

  it('shows that the agent could not be notified, and notifies it again for the same prompt', async () => {
    const { agent, open } = await harnessOf(driver, { listens: false })
    const notifyAgent = vi.fn<(prompt: { promptSerial: string }) => Promise<void>>()
    notifyAgent.mockRejectedValueOnce(new Error('the agent is down'))
    notifyAgent.mockImplementation(({ promptSerial }) => agent.answer(promptSerial))
    const tab = open({ notifyAgent })
    void tab.send('  Hello\n')
    await so(() => expect(tab.error()).toBe('unable to get an answer; the agent is down: try again'))
    expect(tab.status()).toBe('error')
    void tab.regenerate()
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user:   Hello', 'assistant: Good day'])
    expect(new Set(agent.prompts).size).toBe(1)
  })

  it('shows that a prompt could not be published, keeps it, and publishes it again', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    await so(() => expect(tab.channel.state).toBe('attached'))
    vi.spyOn(tab.channel, 'publish').mockRejectedValueOnce(new Error('rate limit exceeded'))
    void tab.send('Hello')
    await so(() => expect(tab.error()).toBe('unable to send the prompt; rate limit exceeded: try again'))
    expect(tab.lines()).toEqual(['user: Hello'])
    const { id } = tab.messages()[0]!
    void tab.regenerate()
    const turn = await agent.asked()
    turn.write('Good day')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good day'])
    expect(tab.messages()[0]?.id).toBe(id)
    expect(agent.prompts).toHaveLength(1)
  })

  it('refuses what it cannot publish, and keeps the message for another try', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    void tab.send('   ')
    await so(() => expect(tab.error()).toContain('it is empty: write something first'))
    void tab.send({ parts: [{ type: 'data-map', data: 1 }] as never })
    await so(() => expect(tab.error()).toContain('a part of type data-map: give the option "prompt"'))
    void tab.send('x'.repeat(70_000))
    await so(() => expect(tab.error()).toContain('the limit is'))
    expect(tab.lines()).toHaveLength(3)
    expect(agent.prompts).toEqual([])
    const refused = tab.transport.sendMessages({
      trigger: 'submit-message',
      messageId: undefined,
      messages: [{ id: 'a', role: 'user', parts: [{ type: 'text', text: '' }] }],
      abortSignal: undefined,
    })
    await expect(refused).rejects.toMatchObject({ code: 'empty-prompt' } satisfies Partial<ConversationError>)
  })

  it('publishes what the app makes of a message', async () => {
    const { agent, open } = await harnessOf(driver)
    const prompt = vi.fn<() => { text: string; headers: Record<string, string> }>()
    prompt.mockReturnValue({ text: 'in other words', headers: { topic: 'greeting' } })
    const tab = open({ prompt })
    void tab.send('Hello')
    const turn = await agent.asked()
    expect(turn.task.prompt).toMatchObject({ text: 'in other words', headers: { topic: 'greeting', role: 'user' } })
    expect(prompt.mock.calls[0]).toMatchObject([{ role: 'user', parts: [{ text: 'Hello' }] }, { body: undefined }])
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
  })

  it.each([
    [{ error: 'mine' }, 'the header `error` belongs to the protocol: give it another name'],
    [{ again: 'mine' }, 'the header `again` belongs to the protocol: give it another name'],
    [{ size: 3 as unknown as string }, 'the header `size` is a number: give a string'],
  ])('refuses a prompt with the headers %j, and publishes nothing', async (headers, reason) => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ prompt: () => ({ text: 'Hello', headers }) })
    void tab.send('Hello')
    await so(() => expect(tab.error()).toBe(`unable to send the prompt; ${reason}`))
    expect(agent.prompts).toEqual([])
  })

  it('answers a prompt whose id was used before with a new answer', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: false })
    const parts = (text: string) => [{ type: 'text' as const, text }]
    const first = await begin(agent, tab, { id: 'm-1', parts: parts('One?') }, 'First')
    first.end()
    await so(() => expect(tab.status()).toBe('ready'))
    const second = await begin(agent, tab, { id: 'm-1', parts: parts('Two?') }, 'Second')
    second.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: One?', 'assistant: First', 'user: Two?', 'assistant: Second'])
  })

  it('takes any id that the app generates', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab, { id: 'chat:1/ä', parts: [{ type: 'text', text: 'One?' }] }, 'First')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: One?', 'assistant: First'])
    expect(tab.messages()[0]?.id).toBe('chat:1/ä')
  })

  it('shows that the channel failed, instead of waiting for ever', async () => {
    const { open } = await harnessOf(driver)
    const tab = open()
    await so(() => expect(tab.channel.state).toBe('attached'))
    tab.transport.conversation.store.dispatch({ type: 'channel', state: 'failed', error: 'not permitted' })
    void tab.send('Hello')
    await so(() => expect(tab.status()).toBe('error'))
    expect(tab.error()).toContain('not permitted')
    await expect(tab.transport.loadMessages()).rejects.toThrow('not permitted')
  })
})

async function begin(agent: Harness['agent'], tab: Tab, question: Parameters<Tab['send']>[0], beginning: string) {
  void tab.send(question)
  const turn = await agent.asked()
  turn.write(beginning)
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${beginning}`))
  return turn
}
