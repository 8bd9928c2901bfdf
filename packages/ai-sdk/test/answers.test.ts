// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import type { Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, tabsOf } from './fixture.ts'

/** An agent with a tool that a person approves, and one that the page runs. */
function serveAsking({ server, name }: Pick<Harness, 'server'> & { readonly name: string }) {
  const sent: string[] = []
  const decided: unknown[] = []
  const channel = realtime(server, { clientId: 'agent' }).channels.get(name)

  async function* respond({ prompt, continued, run }: Task): AsyncGenerator<Chunk, void> {
    if (!continued && prompt.text === 'time') {
      yield { type: 'tool-call', toolCallId: 'zone', toolName: 'timeZone', input: {} }
      return
    }
    if (!continued) {
      for (const n of [1, 2].slice(0, prompt.text === 'both' ? 2 : 1)) {
        yield { type: 'tool-call', toolCallId: `c${n}`, toolName: 'send', input: { to: n } }
        yield { type: 'tool-approval-request', approvalId: `a${n}`, toolCallId: `c${n}` }
      }
      return
    }
    decided.push(...continued.response.parts.flatMap((part) => ('toolCallId' in part ? [part.output ?? part.state] : [])))
    for (const { toolCallId, approved } of continued.calls) {
      if (!approved) continue
      await run(toolCallId)
      sent.push(toolCallId)
      yield { type: 'tool-result', toolCallId, output: 'sent' }
    }
    yield 'done'
  }

  const agent = serveAgent({
    channel: createAgentChannel(channel, { clientId: 'agent' }),
    batch: { interval: 0 },
    onError: () => undefined,
    respond,
  })
  onTestFinished(() => agent.close())
  return { sent, decided, answer: (serial: string) => agent.answer(serial) }
}

/** Sends a prompt, and lets the agent answer it. */
async function asked(tab: Tab, agent: ReturnType<typeof serveAsking>, text: string): Promise<void> {
  void tab.send(text)
  await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[0]?.status).toBe('complete'))
  await agent.answer(selectMessages(tab.transport.conversation.store.getState())[0]!.id)
}

const calls = (tab: Tab) => (tab.messages()[1]?.parts ?? []).flatMap((part) => ('toolCallId' in part ? [part] : []))
const states = (tab: Tab) => calls(tab).map(({ state }) => state)
const text = (tab: Tab) => (tab.messages()[1]?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')

describe.each(drivers)('answers of people in useChat of $framework', (driver: ChatDriver) => {
  it('an approval continues the answer in its message, in both tabs, and the tool runs once', async () => {
    const harness = await tabsOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    const agent = serveAsking(harness)
    await asked(tab, agent, 'one')
    for (const each of [tab, other]) {
      await so(() => expect(states(each)).toEqual(['approval-requested']))
      await so(() => expect(each.status()).toBe('ready'))
    }
    await tab.decide({ id: 'a1', approved: true })
    for (const each of [tab, other]) {
      await so(() => expect(text(each)).toBe('done'))
      expect(states(each)).toEqual(['output-available'])
      await so(() => expect(each.status()).toBe('ready'))
      expect(each.messages()).toHaveLength(2)
    }
    expect(agent.sent).toEqual(['c1'])
    const reloaded = harness.open()
    await so(() => expect(text(reloaded)).toBe('done'))
    expect(reloaded.messages()[1]!.parts).toEqual(tab.messages()[1]!.parts)
    const { items } = await tab.channel.history()
    expect(items.filter(({ clientId }) => clientId === 'agent')).toHaveLength(1)
  })

  it('a denial with its reason reaches the model, and nothing is run', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open()
    const agent = serveAsking(harness)
    await asked(tab, agent, 'one')
    await so(() => expect(states(tab)).toEqual(['approval-requested']))
    await so(() => expect(tab.status()).toBe('ready'))
    await tab.decide({ id: 'a1', approved: false, reason: 'not now' })
    await so(() => expect(text(tab)).toBe('done'))
    expect(agent.sent).toEqual([])
    expect(states(tab)).toEqual(['output-denied'])
    expect(tab.error()).toBeUndefined()
  })

  it('two tabs that decide at once agree, and nothing is run twice', async () => {
    const harness = await tabsOf(driver)
    const tabs = [harness.open(), harness.open()]
    const agent = serveAsking(harness)
    await asked(tabs[0]!, agent, 'both')
    for (const tab of tabs) {
      await so(() => expect(states(tab)).toEqual(['approval-requested', 'approval-requested']))
      await so(() => expect(tab.status()).toBe('ready'))
    }
    await Promise.all(tabs.flatMap((tab) => ['a1', 'a2'].map((id) => tab.decide({ id, approved: true }))))
    for (const tab of tabs) {
      await so(() => expect(text(tab)).toBe('done'))
      await so(() => expect(tab.status()).toBe('ready'))
      expect(states(tab)).toEqual(['output-available', 'output-available'])
      expect(tab.error()).toBeUndefined()
    }
    expect(agent.sent.toSorted()).toEqual(['c1', 'c2'])
  })

  it('a tool that the page runs gives the answer its output', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open({ onToolCall: ({ toolName }) => (toolName === 'timeZone' ? 'Europe/Oslo' : undefined) })
    const agent = serveAsking(harness)
    await asked(tab, agent, 'time')
    await so(() => expect(text(tab)).toBe('done'))
    expect(agent.decided).toEqual(['Europe/Oslo'])
    expect(calls(tab)).toMatchObject([{ state: 'output-available', output: 'Europe/Oslo' }])
    await so(() => expect(tab.status()).toBe('ready'))
  })

  it('what waits can be stopped', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open()
    const agent = serveAsking(harness)
    await asked(tab, agent, 'one')
    await so(() => expect(states(tab)).toEqual(['approval-requested']))
    await tab.transport.conversation.stop()
    await so(() => expect(tab.messages()[1]?.metadata?.status).toBe('cancelled'))
    expect(agent.sent).toEqual([])
  })
})
