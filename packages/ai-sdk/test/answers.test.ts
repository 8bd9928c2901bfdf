// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import type { Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import { realtime } from '@streamfold/test-support/realtime'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { whenComplete } from './chat-driver.ts'
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

/** An agent that writes frame by frame. */
async function writerOf({ server, name }: Pick<Harness, 'server'> & { readonly name: string }) {
  const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
  const headers = { role: 'assistant', format: 'parts/1' }
  let [serial, length, replyTo] = ['', 0, '']
  return {
    async begin(prompt: string) {
      replyTo = prompt
      const extras = { headers: { ...headers, status: 'streaming', 'reply-to': replyTo } }
      serial = (await channel.publish({ name: 'response', data: '', extras })).serials[0] ?? ''
    },
    async write(status: string, ...frames: readonly (Head | string)[]) {
      const data = frames.map((frame) => (typeof frame === 'string' ? escapeBody(frame) : frameHead(frame))).join('')
      length += data.length
      const extras = { headers: { ...headers, status, 'reply-to': replyTo } }
      await channel.appendMessage({ serial, name: 'response', data, extras }, { metadata: { len: String(length) } })
    },
  }
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
  it.each([
    ['', {}],
    [', with the conditions of the AI SDK', { sendAutomaticallyWhen: whenComplete }],
  ])('an approval continues the answer in its message, in both tabs, and the tool runs once%s', async (_, options) => {
    const harness = await tabsOf(driver)
    const [tab, other] = [harness.open(options), harness.open(options)]
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

  it.each([
    ['', {}],
    [', with the conditions of the AI SDK', { sendAutomaticallyWhen: whenComplete }],
  ])('a tool that the page runs gives the answer its output%s', async (_, options) => {
    const harness = await tabsOf(driver)
    const tab = harness.open({ ...options, onToolCall: ({ toolName }) => (toolName === 'timeZone' ? 'Europe/Oslo' : undefined) })
    const agent = serveAsking(harness)
    await asked(tab, agent, 'time')
    await so(() => expect(text(tab)).toBe('done'))
    expect(agent.decided).toEqual(['Europe/Oslo'])
    expect(calls(tab)).toMatchObject([{ state: 'output-available', output: 'Europe/Oslo' }])
    await so(() => expect(tab.status()).toBe('ready'))
  })

  it('the conditions of the AI SDK send nothing more once an answer has ended, also where an approved call got no result', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open({ sendAutomaticallyWhen: whenComplete })
    const send = vi.spyOn(tab.transport, 'sendMessages')
    const agent = await writerOf(harness)
    void tab.send('one')
    await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[0]?.status).toBe('complete'))
    await agent.begin(selectMessages(tab.transport.conversation.store.getState())[0]!.id)
    const head = { type: 'tool', id: 'c1', name: 'send' } as const
    await agent.write('waiting', head, '{"to":1}', { type: 'input', id: 'c1' }, { type: 'ask', id: 'c1', approval: 'a1' })
    await so(() => expect(states(tab)).toEqual(['approval-requested']))
    await so(() => expect(tab.status()).toBe('ready'))
    await tab.decide({ id: 'a1', approved: true })
    await so(() => expect(states(tab)).toEqual(['approval-responded']))
    await agent.write('complete', { type: 'decided', id: 'c1', approved: true }, { type: 'text' }, 'done')
    await so(() => expect(text(tab)).toBe('done'))
    await so(() => expect(tab.status()).toBe('ready'))
    // Takes many tasks, in which a chat could ask on and on.
    await tab.channel.history()
    expect(tab.status()).toBe('ready')
    expect(states(tab)).toEqual(['output-error'])
    expect(tab.error()).toBeUndefined()
    // The prompt, the decision, and what the condition asked for after the answer.
    expect(send.mock.calls.length).toBeLessThanOrEqual(3)
  })

  it('one decision of two is published at once: other tabs and a reload show it, and the answer goes on with the second', async () => {
    const harness = await tabsOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    const agent = serveAsking(harness)
    await asked(tab, agent, 'both')
    for (const each of [tab, other]) {
      await so(() => expect(states(each)).toEqual(['approval-requested', 'approval-requested']))
      await so(() => expect(each.status()).toBe('ready'))
    }
    await tab.decide({ id: 'a2', approved: true })
    const reloaded = harness.open()
    for (const each of [tab, other, reloaded]) {
      await so(() => expect(states(each)).toEqual(['approval-requested', 'approval-responded']))
      await so(() => expect(each.status()).toBe('ready'))
    }
    expect(agent.sent).toEqual([])
    tab.unmount()
    await reloaded.decide({ id: 'a1', approved: false })
    for (const each of [other, reloaded]) {
      await so(() => expect(text(each)).toBe('done'))
      expect(states(each)).toEqual(['output-denied', 'output-available'])
      await so(() => expect(each.status()).toBe('ready'))
    }
    expect(agent.sent).toEqual(['c2'])
  })

  it('a decision about an earlier answer is published, and its answer goes on in its place', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open()
    const agent = serveAsking(harness)
    await asked(tab, agent, 'one')
    await so(() => expect(states(tab)).toEqual(['approval-requested']))
    await so(() => expect(tab.status()).toBe('ready'))
    void tab.send('time')
    await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[2]?.status).toBe('complete'))
    await agent.answer(selectMessages(tab.transport.conversation.store.getState())[2]!.id)
    await so(() => expect(tab.messages()[3]?.parts.at(-1)).toMatchObject({ state: 'input-available' }))
    await so(() => expect(tab.status()).toBe('ready'))
    await tab.decide({ id: 'a1', approved: true })
    await so(() => expect(text(tab)).toBe('done'))
    expect(states(tab)).toEqual(['output-available'])
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.messages()).toHaveLength(4)
    expect(selectMessages(tab.transport.conversation.store.getState())).toHaveLength(4)
    expect(agent.sent).toEqual(['c1'])
  })

  it('the decision of somebody who may not decide is an error that says so, and shows as none', async () => {
    const harness = await tabsOf(driver)
    const [tab, stranger] = [harness.open(), harness.open({ clientId: 'bob' })]
    const agent = serveAsking(harness)
    await asked(tab, agent, 'both')
    for (const each of [tab, stranger]) {
      await so(() => expect(states(each)).toEqual(['approval-requested', 'approval-requested']))
      await so(() => expect(each.status()).toBe('ready'))
    }
    for (const id of ['a1', 'a2']) {
      await stranger.decide({ id, approved: true })
      await so(() => expect(stranger.error()).toContain('only the author of the prompt may answer it'))
      await so(() => expect(states(stranger)).toEqual(['approval-requested', 'approval-requested']))
    }
    await tab.decide({ id: 'a1', approved: true })
    for (const each of [tab, stranger]) await so(() => expect(states(each)).toEqual(['approval-responded', 'approval-requested']))
    expect(agent.sent).toEqual([])
  })

  it('what somebody else’s page gives is not published, and is no error there', async () => {
    const harness = await tabsOf(driver)
    const tab = harness.open()
    const stranger = harness.open({ clientId: 'bob', onToolCall: () => 'Asia/Tokyo' })
    const agent = serveAsking(harness)
    await asked(tab, agent, 'time')
    for (const each of [tab, stranger]) {
      await so(() => expect(calls(each)).toHaveLength(1))
      await so(() => expect(each.status()).toBe('ready'))
    }
    await tab.give({ tool: 'timeZone', toolCallId: 'zone', output: 'Europe/Oslo' })
    for (const each of [tab, stranger]) {
      await so(() => expect(text(each)).toBe('done'))
      expect(calls(each)).toMatchObject([{ state: 'output-available', output: 'Europe/Oslo' }])
      await so(() => expect(each.status()).toBe('ready'))
      expect(each.error()).toBeUndefined()
    }
    expect(agent.decided).toEqual(['Europe/Oslo'])
  })

  it('a call that a person approves and the page then runs: each is asked for in its turn', async () => {
    const harness = await tabsOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    const agent = await writerOf(harness)
    void tab.send('where')
    await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[0]?.status).toBe('complete'))
    const prompt = selectMessages(tab.transport.conversation.store.getState())[0]!.id
    await agent.begin(prompt)
    await agent.write(
      'waiting',
      { type: 'tool', id: 'c1', name: 'place' },
      '{"exact":true}',
      { type: 'input', id: 'c1' },
      { type: 'ask', id: 'c1', approval: 'a1' },
    )
    for (const each of [tab, other]) {
      await so(() => expect(states(each)).toEqual(['approval-requested']))
      await so(() => expect(each.status()).toBe('ready'))
    }
    await tab.decide({ id: 'a1', approved: true })
    await so(() => expect(states(other)).toEqual(['approval-responded']))
    await agent.write('streaming', { type: 'decided', id: 'c1', approved: true })
    await agent.write('waiting', { type: 'ask', id: 'c1', approval: 'a2', wants: 'output' })
    for (const each of [tab, other]) {
      await so(() => expect(states(each)).toEqual(['approval-responded']))
      await so(() => expect(each.messages()[1]?.metadata?.status).toBe('waiting'))
      await so(() => expect(each.status()).toBe('ready'))
    }
    await other.give({ tool: 'place', toolCallId: 'c1', output: { city: 'Oslo' } })
    for (const each of [tab, other])
      await so(() => expect(calls(each)).toMatchObject([{ state: 'output-available', output: { city: 'Oslo' } }]))
    await agent.write('complete', { type: 'output', id: 'c1' }, '{"city":"Oslo"}', { type: 'text' }, 'done')
    const reloaded = harness.open()
    for (const each of [tab, other, reloaded]) {
      await so(() => expect(text(each)).toBe('done'))
      await so(() => expect(each.status()).toBe('ready'))
      expect(calls(each)).toMatchObject([{ state: 'output-available', output: { city: 'Oslo' } }])
      expect(each.error()).toBeUndefined()
      expect(each.messages()).toHaveLength(2)
    }
    const { items } = await tab.channel.history()
    const kinds = items.filter(({ name }) => name === 'answer').map(({ extras }) => extras.headers.kind)
    expect(kinds.toSorted()).toEqual(['approve', 'output'])
  })

  it.each([
    ['a chat that is followed', true],
    ['a chat that is not', false],
  ])('an answer that goes on before the page knows that its decision is published: %s', async (_, follow) => {
    const harness = await tabsOf(driver)
    const tab = harness.open({ follow })
    const agent = await writerOf(harness)
    void tab.send('one')
    await so(() => expect(selectMessages(tab.transport.conversation.store.getState())[0]?.status).toBe('complete'))
    await agent.begin(selectMessages(tab.transport.conversation.store.getState())[0]!.id)
    const head = { type: 'tool', id: 'c1', name: 'send' } as const
    await agent.write('waiting', head, '{"to":1}', { type: 'input', id: 'c1' }, { type: 'ask', id: 'c1', approval: 'a1' })
    await so(() => expect(states(tab)).toEqual(['approval-requested']))
    await so(() => expect(tab.status()).toBe('ready'))
    const publish = tab.channel.publish.bind(tab.channel) as (...args: readonly unknown[]) => Promise<never>
    tab.channel.publish = async (...args: readonly unknown[]) => {
      const published = await publish(...args)
      const decided = { type: 'decided', id: 'c1', approved: true } as const
      await agent.write('streaming', decided, { type: 'output', id: 'c1' }, '"sent"', { type: 'step' }, { type: 'text' }, 'do')
      const grown = () => selectMessages(tab.transport.conversation.store.getState())[1]?.text
      await so(() => expect(grown()).toBe('do'))
      return published
    }
    await tab.decide({ id: 'a1', approved: true })
    await so(() => expect(text(tab)).toBe('do'))
    await agent.write('complete', 'ne')
    await so(() => expect(text(tab)).toBe('done'))
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.error()).toBeUndefined()
    expect(states(tab)).toEqual(['output-available'])
    expect(tab.messages()).toHaveLength(2)
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
