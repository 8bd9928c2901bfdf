// @vitest-environment happy-dom
import type { AnyClientTool } from '@tanstack/ai/client'
import { toolDefinition } from '@tanstack/ai/client'
import { describe, expect, it } from 'vitest'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { harnessOf, loaded, so } from './fixture.ts'

const calls = (tab: Tab) => tab.messages().flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))
const states = (tab: Tab) => calls(tab).map(({ state }) => state)
const results = (tab: Tab) =>
  tab.messages().flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-result' ? [part.content] : [])))

/** Asks the agent for something that a person has to approve, once or twice. */
async function askForApproval(harness: Harness, tab: Tab, count = 1) {
  void tab.send('Send it')
  const turn = await harness.asked()
  for (let n = 1; n <= count; n++) {
    turn.write({ type: 'tool-call', toolCallId: `c${n}`, toolName: 'send', input: { to: n } })
    turn.write({ type: 'tool-approval-request', approvalId: `a${n}`, toolCallId: `c${n}` })
  }
  turn.end()
  await so(() => expect(states(tab)).toEqual(Array.from({ length: count }, () => 'approval-requested')))
}

/** The agent goes on with an approved call, or one that was denied. */
async function goOn(harness: Harness): Promise<void> {
  const turn = await harness.asked()
  for (const { toolCallId, approved } of turn.task.continued?.calls ?? []) {
    if (!approved) continue
    await turn.task.run(toolCallId)
    turn.write({ type: 'tool-result', toolCallId, output: 'sent' })
  }
  turn.write('done')
  turn.end()
}

describe.each(drivers)('answers of people in a chat of TanStack AI, by $name', (driver) => {
  it('an approval goes on with the answer, in both tabs and in its message', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await askForApproval(harness, tab)
    for (const each of [tab, other]) {
      await so(() => expect(each.interrupts().map(({ id }) => id)).toEqual(['a1']))
      await so(() => expect([each.isLoading(), each.isGenerating()]).toEqual([false, false]))
    }
    void tab.decide('a1', true)
    await goOn(harness)
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(['user: Send it', 'assistant: <tool-call>|<tool-result>|done']))
      expect(states(each)).toEqual(['complete'])
      expect(results(each)).toEqual(['sent'])
      await so(() => expect(each.interrupts()).toEqual([]))
      await so(() => expect([each.isLoading(), each.isGenerating()]).toEqual([false, false]))
      expect(each.error()).toBeUndefined()
    }
    // The chat may send again.
    void tab.send('More')
    const turn = await harness.asked()
    turn.write('yes')
    turn.end()
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: yes'))
  })

  it('an approval asks again after a reload, and counts then', async () => {
    const harness = await harnessOf(driver)
    const first = harness.open()
    await askForApproval(harness, first)
    first.unmount()
    const tab = harness.open()
    await so(() => expect(tab.interrupts().map(({ id }) => id)).toEqual(['a1']))
    expect(states(tab)).toEqual(['approval-requested'])
    await so(() => expect([tab.isLoading(), tab.isGenerating()]).toEqual([false, false]))
    tab.interrupts()[0]!.resolve?.({ approved: true })
    await goOn(harness)
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: <tool-call>|<tool-result>|done'))
    await so(() => expect([tab.interrupts(), tab.isLoading()]).toEqual([[], false]))
  })

  it('a denial with its reason reaches the agent, and the other tab', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await askForApproval(harness, tab)
    await so(() => expect(tab.interrupts()).toHaveLength(1))
    tab.interrupts()[0]!.resolve?.({ approved: false, reason: 'not now' })
    const turn = await harness.asked()
    expect(turn.task.continued?.calls).toMatchObject([{ approved: false, reason: 'not now' }])
    turn.write('All right.')
    turn.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines().at(-1)).toBe('assistant: <tool-call>|All right.'))
      expect(calls(each)[0]).toMatchObject({ state: 'approval-responded', approval: { approved: false } })
      await so(() => expect(each.interrupts()).toEqual([]))
    }
  })

  it('several calls are decided together, or in two tabs', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await askForApproval(harness, tab, 2)
    for (const each of [tab, other]) await so(() => expect(each.interrupts()).toHaveLength(2))
    // This one publishes nothing before the other call is decided, too: that is TanStack AI's rule.
    void tab.decide('a1', true)
    await other.connection.conversation.answer(
      { messageId: other.connection.conversation.store.getState().records.recent.at(-1)?.id ?? '', toolCallId: 'c2' },
      { approve: false },
    )
    await so(() => expect(other.interrupts().map(({ id }) => id)).toEqual(['a1']))
    await so(() => expect(tab.interrupts().map(({ id }) => id)).toEqual(['a1']))
    void tab.decide('a1', true)
    await goOn(harness)
    for (const each of [tab, other]) {
      await so(() => expect(each.lines().at(-1)).toBe('assistant: <tool-call>|<tool-call>|<tool-result>|done'))
      await so(() => expect([each.interrupts(), each.isLoading()]).toEqual([[], false]))
    }
  })

  it('a decision that this person may not make is refused, and the call asks again', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    await askForApproval(harness, tab)
    await so(() => expect(tab.interrupts()).toHaveLength(1))
    await so(() => expect(states(other)).toEqual(['approval-requested']))
    void other.decide('a1', true)
    await so(() => expect(other.error()).toContain('unable to answer'))
    await so(() => expect(states(other)).toEqual(['approval-requested']))
    // TanStack AI sends no prompt while a chat is asked something, and this one is not.
    expect(other.interrupts()).toEqual([])
    await so(() => expect(other.isLoading()).toBe(false))
    void other.send('Hello')
    const turn = await harness.asked()
    turn.write('Hi')
    turn.end()
    await so(() => expect(other.lines().at(-1)).toBe('assistant: Hi'))
    void tab.decide('a1', true)
    await goOn(harness)
    for (const each of [tab, other]) await so(() => expect(each.lines()).toContain('assistant: <tool-call>|<tool-result>|done'))
  })

  it('two answers that wait ask one after the other', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await loaded(tab, other)
    for (const call of ['c1', 'c2']) {
      await other.connection.conversation.sendMessage(`Send ${call}`)
      const turn = await harness.asked()
      turn.write({ type: 'tool-call', toolCallId: call, toolName: 'send', input: {} })
      turn.write({ type: 'tool-approval-request', approvalId: `for-${call}`, toolCallId: call })
      turn.end()
      for (const each of [tab, other]) await so(() => expect(each.interrupts().map(({ id }) => id)).toEqual([`for-${call}`]))
    }
    for (const id of ['for-c2', 'for-c1']) {
      await so(() => expect(tab.interrupts().map((each) => each.id)).toEqual([id]))
      void tab.decide(id, true)
      await goOn(harness)
    }
    for (const each of [tab, other]) {
      await so(() => expect(states(each)).toEqual(['complete', 'complete']))
      await so(() => expect([each.interrupts(), each.isLoading(), each.isGenerating()]).toEqual([[], false, false]))
    }
  })

  it('a tool of the page runs, and its output goes on with the answer', async () => {
    const harness = await harnessOf(driver)
    const ran: unknown[] = []
    const zone = toolDefinition({ name: 'timeZone', description: 'The time zone of the page' }).client((input: unknown) => {
      ran.push(input)
      return { zone: 'Europe/Rome' }
    }) as AnyClientTool
    const tab = harness.open({ tools: [zone] })
    const reader = harness.open({ clientId: 'ben', tools: [zone] })
    void tab.send('What time is it?')
    const asking = await harness.asked()
    asking.write({ type: 'tool-call', toolCallId: 'z1', toolName: 'timeZone', input: { of: 'me' } })
    asking.end()
    const turn = await harness.asked()
    turn.write('Noon.')
    turn.end()
    for (const each of [tab, reader]) {
      await so(() => expect(each.lines().at(-1)).toBe('assistant: <tool-call>|<tool-result>|Noon.'))
      expect(calls(each)[0]).toMatchObject({ state: 'complete', output: { zone: 'Europe/Rome' } })
    }
    expect(ran).toEqual([{ of: 'me' }])
    await so(() => expect([tab.isLoading(), tab.error()]).toEqual([false, undefined]))
  })

  it('a tool of the page that fails tells the agent so', async () => {
    const harness = await harnessOf(driver)
    const zone = toolDefinition({ name: 'timeZone', description: 'The time zone of the page' }).client(() =>
      // TanStack AI loses the error of a tool that throws before it awaits anything.
      Promise.reject(new Error('no zone')),
    ) as AnyClientTool
    const tab = harness.open({ tools: [zone] })
    void tab.send('What time is it?')
    const asking = await harness.asked()
    asking.write({ type: 'tool-call', toolCallId: 'z1', toolName: 'timeZone', input: {} })
    asking.end()
    const turn = await harness.asked()
    turn.write('I do not know.')
    turn.end()
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: <tool-call>|<tool-result>|I do not know.'))
    expect(calls(tab)[0]).toMatchObject({ state: 'error', output: { error: 'no zone' } })
  })
})
