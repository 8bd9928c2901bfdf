// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('shows text that was repaired after a rejected append, at once and not doubled', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab, 'one')
    server.faults.rejectAppend({ nth: 1, code: 50000 })
    turn.write(' two')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: one two']))
    turn.write(' three')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: one two three'])
    expect(tab.messages()[1]?.parts.map(({ type }) => type)).toEqual(['step-start', 'text'])
  })

  it('replaces text that was redacted while it streams, never showing an empty or a doubled answer', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    await begin(agent, tab, 'the secret is 42')
    await so(() => expect(other.lines().at(-1)).toBe('assistant: the secret is 42'))
    // A tab that is attached late shows the answer before it streams it.
    await so(() => expect(other.status()).toBe('streaming'))
    const seen = [tab.drawn.length, other.drawn.length]
    await agent.rewrite('the [redacted]')
    for (const [index, each] of [tab, other].entries()) {
      await so(() => expect(each.lines().at(-1)).toBe('assistant: the [redacted]'))
      const since = each.drawn.slice(seen[index]).map((lines) => lines.at(-1))
      expect(since.filter((line) => !['assistant: the secret is 42', 'assistant: the [redacted]'].includes(line!))).toEqual([])
      expect(each.messages()[1]?.parts.map(({ type }) => type)).toEqual(['step-start', 'text'])
      expect(each.status()).toBe('streaming')
    }
  })

  it('replaces text that was redacted after the end, and takes out what was deleted', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab, 'the secret is 42')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    await agent.rewrite('the [redacted]', 'complete')
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: the [redacted]']))
    expect(tab.status()).toBe('ready')
    await agent.remove()
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: ']))
    expect(tab.messages()[1]).toMatchObject({ parts: [], metadata: { status: 'deleted' } })
  })

  it('keeps text that was redacted after the end where the chat is not followed, until it is given the messages again', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: false })
    const turn = await begin(agent, tab, 'the secret is 42')
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    await agent.rewrite('the [redacted]', 'complete')
    // Other readers have it. useChat takes changes from a stream alone, and the one of this answer has ended.
    const other = open()
    await so(() => expect(other.lines()).toEqual(['user: Hello', 'assistant: the [redacted]']))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: the secret is 42'])
    tab.show(await tab.transport.loadMessages())
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: the [redacted]']))
  })

  it('takes out an answer that is deleted while it streams', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab, 'the secret is 42')
    await agent.remove()
    await so(() => expect(tab.lines()).toEqual(['user: Hello', 'assistant: ']))
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(turn.task.signal.aborted).toBe(true))
  })

  it('takes appends however the platform delivers them: conflated, twice, or as full updates', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab, 'word0')
    server.faults.duplicate({ clientId: 'ann' })
    server.faults.conflate({ as: 'full', ms: 20 })
    server.faults.appendAsUpdate({ nth: 3, times: 2 })
    let text = 'word0'
    for (let n = 1; n <= 20; n++) {
      turn.write(` word${n}`)
      text += ` word${n}`
    }
    turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.lines()).toEqual(['user: Hello', `assistant: ${text}`])
    expect(tab.drawn.every((lines) => `assistant: ${text}`.startsWith(lines[1] ?? ''))).toBe(true)
  })
})

async function begin(agent: Harness['agent'], tab: Tab, beginning: string) {
  void tab.send('Hello')
  const turn = await agent.asked()
  turn.write(beginning)
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${beginning}`))
  return turn
}
