// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('resumes a running answer after a reload, in its place and once', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await ask(agent, tab, 'Hello', 'Good')
    tab.unmount()
    turn.write(' day')
    const reloaded = open()
    await so(() => expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    await so(() => expect(reloaded.status()).toBe('streaming'))
    turn.write(' to you')
    turn.end()
    await so(() => expect(reloaded.status()).toBe('ready'))
    expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day to you'])
    neverDoubled(reloaded, 'Good day to you')
    expect(agent.cancels).toEqual([])
  })

  it('resume does not duplicate the previous answer', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const first = await ask(agent, tab, 'One?', 'First')
    first.end()
    await so(() => expect(tab.status()).toBe('ready'))
    const second = await ask(agent, tab, 'Two?', 'Second')
    const reloaded = open()
    await so(() => expect(reloaded.status()).toBe('streaming'))
    const lines = ['user: One?', 'assistant: First', 'user: Two?', 'assistant: Second']
    expect(reloaded.lines()).toEqual(lines)
    second.end()
    await so(() => expect(reloaded.status()).toBe('ready'))
    expect(reloaded.lines()).toEqual(lines)
    expect(reloaded.drawn.every((drawn) => drawn.filter((line) => line.includes('First')).length <= 1)).toBe(true)
  })

  it('text does not double after a second replay', async () => {
    const { agent, open } = await harnessOf(driver)
    const turn = await ask(agent, open(), 'Hello', 'Good')
    const reloaded = open()
    await so(() => expect(reloaded.status()).toBe('streaming'))
    void reloaded.resume()
    void reloaded.resume()
    await so(() => expect(reloaded.status()).toBe('streaming'))
    turn.write(' day')
    await so(() => expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    turn.end()
    await so(() => expect(reloaded.status()).toBe('ready'))
    expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day'])
    neverDoubled(reloaded, 'Good day')
    expect(agent.cancels).toEqual([])
  })

  it('resumes by hand what it does not follow, and nothing where nothing runs', async () => {
    const { agent, open } = await harnessOf(driver)
    const turn = await ask(agent, open(), 'Hello', 'Good')
    const messages = await open({ follow: false }).transport.loadMessages()
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    const tab = open({ follow: false, messages })
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good']))
    expect(tab.status()).toBe('ready')
    const resumed = tab.resume()
    await so(() => expect(tab.status()).toBe('streaming'))
    turn.write(' day')
    turn.end()
    await resumed
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good day'])
    expect(await tab.transport.reconnectToStream({})).toBeNull()
  })

  it('shows an answer in a second tab that has asked nothing, from the question on', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    void tab.send('Hello')
    const turn = await agent.asked()
    await so(() => expect(other.lines()[0]).toBe('user: Hello'))
    await so(() => expect(other.status()).toBe('submitted'))
    turn.write('Good day')
    await so(() => expect(other.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    expect(other.status()).toBe('streaming')
    turn.end()
    await so(() => expect(other.status()).toBe('ready'))
    expect(other.messages()[0]?.metadata).toMatchObject({ clientId: 'ann' })
    neverDoubled(other, 'Good day')
  })

  it('shows the answers of others while it reads its own, and the other way round', async () => {
    const { agent, open } = await harnessOf(driver)
    const [ann, ben] = [open(), open({ clientId: 'ben' })]
    const first = await ask(agent, ann, 'One?', 'First')
    await so(() => expect(ben.status()).toBe('streaming'))
    const second = await ask(agent, ben, 'Two?', 'Second')
    const lines = ['user: One?', 'assistant: First', 'user: Two?', 'assistant: Second']
    for (const tab of [ann, ben]) await so(() => expect(tab.lines()).toEqual(lines))
    first.end()
    second.write(' too')
    for (const tab of [ann, ben]) await so(() => expect(tab.lines().at(-1)).toBe('assistant: Second too'))
    for (const tab of [ann, ben]) await so(() => expect(tab.status()).toBe('streaming'))
    second.end()
    for (const tab of [ann, ben]) await so(() => expect(tab.status()).toBe('ready'))
    expect(agent.cancels).toEqual([])
    for (const tab of [ann, ben]) expect(tab.lines()).toEqual([...lines.slice(0, 3), 'assistant: Second too'])
  })

  it('goes on through a lost network, with and without continuity', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await ask(agent, tab, 'Hello', 'Good')
    server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    turn.write(' day')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day'))
    server.faults.expireContinuity({ clientId: 'ann' })
    server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    turn.write(' to you')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day to you'))
    expect(tab.status()).toBe('streaming')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    neverDoubled(tab, 'Good day to you')
    expect(agent.prompts).toHaveLength(1)
  })
})

async function ask(agent: Harness['agent'], tab: Tab, question: string, beginning: string) {
  void tab.send(question)
  const turn = await agent.asked()
  turn.write(beginning)
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${beginning}`))
  return turn
}

/** Every rendered answer is a prefix of the full one. */
function neverDoubled(tab: Tab, whole: string): void {
  for (const lines of tab.drawn) {
    const answers = lines.filter((line) => line.startsWith('assistant: '))
    expect(answers.length).toBeLessThanOrEqual(1)
    for (const answer of answers) expect(`assistant: ${whole}`.startsWith(answer)).toBe(true)
  }
}
