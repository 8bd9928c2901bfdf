// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework', (driver: ChatDriver) => {
  it('stops an answer, which keeps its text', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab)
    await tab.stop()
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    await so(() => expect(tab.messages()[1]?.metadata?.status).toBe('cancelled'))
    expect(tab.lines()).toEqual(['user: Hello', 'assistant: Good'])
    expect(tab.status()).toBe('ready')
  })

  it('stop works on a resumed stream', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab)
    tab.unmount()
    const reloaded = open()
    await so(() => expect(reloaded.status()).toBe('streaming'))
    await reloaded.stop()
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    await so(() => expect(reloaded.messages()[1]?.metadata?.status).toBe('cancelled'))
    expect(reloaded.status()).toBe('ready')
    expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good'])
    expect(agent.cancels).toHaveLength(1)
    const again = open()
    await so(() => expect(again.lines()).toEqual(['user: Hello', 'assistant: Good']))
    expect(again.status()).toBe('ready')
  })

  it('stops from another tab, for all', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open()]
    const turn = await begin(agent, tab)
    await so(() => expect(other.status()).toBe('streaming'))
    await other.stop()
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    for (const each of [tab, other]) {
      await so(() => expect(each.messages()[1]?.metadata?.status).toBe('cancelled'))
      await so(() => expect(each.status()).toBe('ready'))
    }
  })

  it('stops in any moment between a text that is shown and the start of its stream', async () => {
    for (let microtasks = 3; microtasks <= 6; microtasks++) {
      const { agent, open } = await harnessOf(driver)
      const tab = open()
      const turn = await begin(agent, tab)
      const other = open()
      const unwatch = other.transport.conversation.store.subscribe(() => {
        if (other.transport.messages().length < 2) return
        unwatch()
        void passed(microtasks).then(other.stop)
      })
      await so(() => expect(turn.task.signal.aborted).toBe(true))
      for (const each of [tab, other]) {
        await so(() => expect(each.messages()[1]?.metadata?.status).toBe('cancelled'))
        await so(() => expect(each.status()).toBe('ready'))
        each.unmount()
      }
    }
  })

  it('stops in any moment after a prompt was sent', async () => {
    for (let microtasks = 0; microtasks <= 12; microtasks++) {
      const { agent, open } = await harnessOf(driver)
      const tab = open()
      await so(() => expect(tab.channel.state).toBe('attached'))
      void tab.send('Hello')
      await passed(microtasks)
      // The AI SDK sends no prompt that was stopped before it is given to the transport.
      const isSent = tab.transport.messages().length > 0
      await tab.stop()
      await so(() => expect(tab.status()).toBe('ready'))
      if (!isSent && tab.transport.messages().length === 0) continue
      await so(() => expect(tab.messages()[1]?.metadata?.status).toBe('cancelled'))
      expect(agent.cancels).toHaveLength(1)
      tab.unmount()
    }
  })

  it('stops before the agent has begun', async () => {
    const { agent, open } = await harnessOf(driver, { listens: false })
    const tab = open()
    void tab.send('Hello')
    await so(() => expect(tab.status()).toBe('submitted'))
    await tab.stop()
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(agent.cancels).toHaveLength(1))
    const [prompt] = agent.cancels
    await agent.answer(prompt!)
    await so(() => expect(tab.messages()[1]?.metadata?.status).toBe('cancelled'))
    expect(tab.status()).toBe('ready')
  })

  it('stops a prompt that is still on its way', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open()
    await so(() => expect(tab.channel.state).toBe('attached'))
    server.faults.cut({ clientId: 'ann', refuseFor: 100 })
    void tab.send('Hello')
    await so(() => expect(tab.lines()).toEqual(['user: Hello']))
    await tab.stop()
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(agent.cancels).toHaveLength(1))
    await so(() => expect(tab.messages()[1]?.metadata?.status).toBe('cancelled'))
    expect(tab.status()).toBe('ready')
  })

  it('shows text that arrives before the agent has received the cancel, without reading on', async () => {
    const { server, agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab)
    server.faults.delay({ ms: 60_000, clientId: 'agent' })
    await tab.stop()
    turn.write(' day')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day'))
    expect(tab.status()).toBe('ready')
  })

  it('reports that a cancel could not be published, and reads on', async () => {
    const { agent, open } = await harnessOf(driver)
    const onError = vi.fn<(error: unknown) => void>()
    const tab = open({ onError })
    const turn = await begin(agent, tab)
    vi.spyOn(tab.channel, 'publish').mockRejectedValueOnce(new Error('no permission'))
    await tab.stop()
    await so(() => expect(onError).toHaveBeenCalledOnce())
    expect(String(onError.mock.calls[0]?.[0])).toContain('unable to stop the response; no permission')
    await so(() => expect(tab.status()).toBe('streaming'))
    turn.write(' day')
    turn.end()
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day'))
    await so(() => expect(tab.status()).toBe('ready'))
  })

  it('stops nothing by leaving the page, which reads on when it is back', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turn = await begin(agent, tab)
    tab.unmount()
    turn.write(' day')
    const watching = open()
    await so(() => expect(watching.lines().at(-1)).toBe('assistant: Good day'))
    expect(agent.cancels).toEqual([])
    expect(turn.task.signal.aborted).toBe(false)
    const back = driver.mount(tab.transport)
    await so(() => expect(back.lines().at(-1)).toBe('assistant: Good day'))
    await so(() => expect(back.status()).toBe('streaming'))
    turn.end()
    await so(() => expect(back.status()).toBe('ready'))
    back.unmount()
    expect(agent.cancels).toEqual([])
  })

  it('ends what it reads when the transport is closed, and stops nothing', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: false })
    const turn = await begin(agent, tab)
    tab.transport.close()
    await so(() => expect(tab.status()).toBe('ready'))
    expect(turn.task.signal.aborted).toBe(false)
    expect(agent.cancels).toEqual([])
  })
})

async function passed(microtasks: number): Promise<void> {
  for (let each = 0; each < microtasks; each++) await undefined
}

async function begin(agent: Harness['agent'], tab: Tab) {
  void tab.send('Hello')
  const turn = await agent.asked()
  turn.write('Good')
  await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good'))
  return turn
}
