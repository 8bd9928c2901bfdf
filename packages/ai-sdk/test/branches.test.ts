// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { harnessOf, so } from './fixture.ts'

/** Asks, and lets the agent answer `To …`. @returns what the model was given */
async function talk({ agent }: Pick<Harness, 'agent'>, tab: Tab, question: string): Promise<readonly string[]> {
  void tab.send(question)
  return answer({ agent }, tab, `To ${question}`)
}

async function answer({ agent }: Pick<Harness, 'agent'>, tab: Tab, text: string): Promise<readonly string[]> {
  const { task, write, end } = await agent.asked()
  write(text)
  end()
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${text}`))
  await so(() => expect(tab.status()).toBe('ready'))
  return task.messages.map((message) => message.text)
}

/** What people published, oldest first. */
async function published({ channel }: Tab) {
  const { items } = await channel.history({ direction: 'forwards' })
  const prompts = items.filter(({ name }) => name === 'prompt')
  const named = (serial: unknown) => items.find((item) => item.serial === serial)?.data ?? serial
  return prompts.map(({ data, extras }) => {
    const { edits, again, parent } = (extras as { headers: Record<string, string> }).headers
    return {
      data,
      ...(edits && { edits: named(edits) }),
      ...(again && { again: named(again) }),
      ...(parent && { parent: named(parent) }),
    }
  })
}

async function shown(tabs: readonly Tab[], lines: readonly string[]): Promise<void> {
  for (const tab of tabs) {
    await so(() => expect(tab.lines()).toEqual(lines))
    await so(() => expect(tab.status()).toBe('ready'))
    expect(tab.error()).toBeUndefined()
  }
}

const ids = (tab: Tab) => tab.messages().map(({ id }) => id)

describe.each(drivers)('branches in useChat of $framework', (driver: ChatDriver) => {
  it('another answer is asked for under its prompt, and the model is given the branch above it', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    await talk(harness, tab, 'One?')
    await talk(harness, tab, 'Two?')
    const before = ids(tab)
    void tab.regenerate()
    expect(await answer(harness, tab, 'Again to two')).toEqual(['One?', 'To One?', 'Two?'])
    const lines = ['user: One?', 'assistant: To One?', 'user: Two?', 'assistant: Again to two']
    await shown([tab, other, harness.open()], lines)
    expect(ids(tab).slice(0, 3)).toEqual(before.slice(0, 3))
    expect(ids(other)).toEqual(ids(tab))
    expect(await published(tab)).toEqual([
      { data: 'One?' },
      { data: 'Two?', parent: 'To One?' },
      { again: 'Two?', data: undefined },
    ])
  })

  it('another answer in the middle leaves the branch below it, which is still there', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await talk(harness, tab, 'One?')
    await talk(harness, tab, 'Two?')
    const [, first] = ids(tab)
    void tab.regenerate({ messageId: first! })
    expect(await answer(harness, tab, 'Again to one')).toEqual(['One?'])
    await shown([tab, other, harness.open()], ['user: One?', 'assistant: Again to one'])
    expect(await talk(harness, other, 'Three?')).toEqual(['One?', 'Again to one', 'Three?'])
    const lines = ['user: One?', 'assistant: Again to one', 'user: Three?', 'assistant: To Three?']
    await shown([tab, other, harness.open()], lines)
    // A page may offer the branches.
    await tab.transport.conversation.choose(first!)
    await shown([tab], ['user: One?', 'assistant: To One?', 'user: Two?', 'assistant: To Two?'])
    await tab.transport.conversation.choose(undefined)
    await shown([tab, other], lines)
  })

  it('an edit stands in the place of its prompt, under its id, any number of times', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    await talk(harness, tab, 'One?')
    await talk(harness, tab, 'Two?')
    const [first, , second] = ids(tab)
    void tab.send({ parts: [{ type: 'text', text: 'Zwei?' }], messageId: second! })
    expect(await answer(harness, tab, 'To zwei')).toEqual(['One?', 'To One?', 'Zwei?'])
    await shown([tab, other], ['user: One?', 'assistant: To One?', 'user: Zwei?', 'assistant: To zwei'])
    expect(ids(other)).toEqual(ids(tab))
    expect(ids(tab)[2]).toBe(second)
    void other.send({ parts: [{ type: 'text', text: 'Deux?' }], messageId: second! })
    expect(await answer(harness, other, 'To deux')).toEqual(['One?', 'To One?', 'Deux?'])
    await shown([tab, other, harness.open()], ['user: One?', 'assistant: To One?', 'user: Deux?', 'assistant: To deux'])
    void tab.send({ parts: [{ type: 'text', text: 'Uno?' }], messageId: first! })
    expect(await answer(harness, tab, 'To uno')).toEqual(['Uno?'])
    const reloaded = harness.open()
    await shown([tab, other, reloaded], ['user: Uno?', 'assistant: To uno'])
    expect(ids(reloaded)[0]).toBe(first)
    expect(await published(tab)).toMatchObject([
      { data: 'One?' },
      { data: 'Two?' },
      { data: 'Zwei?', edits: 'Two?', parent: 'To One?' },
      { data: 'Deux?', edits: 'Zwei?', parent: 'To One?' },
      { data: 'Uno?', edits: 'One?' },
    ])
  })

  it('other answers and edits while one is read: each tab shows the newest branch alone', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open()]
    void tab.send('One?')
    const first = await harness.agent.asked()
    first.write('To one')
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(['user: One?', 'assistant: To one']))
    void other.send({ parts: [{ type: 'text', text: 'Uno?' }], messageId: ids(other)[0]! })
    const second = await harness.agent.asked()
    second.write('To uno')
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(['user: Uno?', 'assistant: To uno']))
    first.write(', which nobody sees')
    first.end()
    second.end()
    await shown([tab, other, harness.open()], ['user: Uno?', 'assistant: To uno'])
  })

  it('what somebody may not do is refused with the reason, and the chat shows what there was', async () => {
    const harness = await harnessOf(driver)
    const [tab, stranger] = [harness.open(), harness.open({ clientId: 'ben' })]
    await talk(harness, tab, 'One?')
    const lines = ['user: One?', 'assistant: To One?']
    await shown([stranger], lines)
    for (const act of [
      () => stranger.regenerate(),
      () => stranger.send({ parts: [{ type: 'text', text: 'Uno?' }], messageId: ids(stranger)[0]! }),
    ]) {
      void act()
      await so(() => expect(stranger.error()).toMatch(/only (the author of the prompt|its author), "ann", may: ask there/))
      await so(() => expect(stranger.lines()).toEqual(lines))
    }
    expect(await published(tab)).toHaveLength(1)
    await shown([tab], lines)
  })
})
