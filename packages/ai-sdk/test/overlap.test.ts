// @vitest-environment happy-dom
import { frameHead } from '@streamfold/core/codec'
import { selectUnanswered } from '@streamfold/core'
import { realtime } from '@streamfold/test-support/realtime'
import { describe, expect, it } from 'vitest'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { so, harnessOf } from './fixture.ts'

describe.each(drivers)('useChat of $framework, where operations overlap', (driver: ChatDriver) => {
  it('sends a second question while the first answer streams', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.send('Two?')
    const second = await agent.asked()
    await so(() => expect(tab.lines()).toContain('user: Two?'))
    for (const word of [' b', ' c', ' d']) await grow(tab, first, word)
    second.write('x')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: x'))
    for (const word of [' e', ' f']) await grow(tab, first, word)
    first.end()
    second.write(' y')
    second.end()
    const lines = ['user: One?', 'assistant: a b c d e f', 'user: Two?', 'assistant: x y']
    for (const each of [tab, other, open()]) await settled(each, lines)
    for (const each of [tab, other]) neverMore(each, lines)
    expect(agent.cancels).toEqual([])
  })

  it('sends a third question while two answers stream', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const turns = [await ask(agent, tab, 'One?', 'a')]
    for (const question of ['Two?', 'Three?']) {
      void tab.send(question)
      turns.push(await agent.asked())
    }
    for (const turn of turns) await grow(tab, turn, 'z')
    for (const turn of turns) turn.end()
    const lines = ['user: One?', 'assistant: az', 'user: Two?', 'assistant: z', 'user: Three?', 'assistant: z']
    await settled(tab, lines)
    neverMore(tab, lines)
  })

  it('sends a second question while the first answer streams, where the chat is not followed', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open({ follow: false })
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.send('Two?')
    const second = await agent.asked()
    await so(() => expect(tab.lines()).toContain('user: Two?'))
    for (const word of [' b', ' c']) await grow(tab, first, word)
    second.write('x')
    await so(() => expect(tab.lines()).toContain('assistant: x'))
    await grow(tab, first, ' d')
    first.end()
    second.end()
    const lines = ['user: One?', 'assistant: a b c d', 'user: Two?', 'assistant: x']
    await settled(tab, lines)
    neverMore(tab, lines)
    expect(agent.cancels).toEqual([])
  })

  it('sends two questions at once', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    void tab.send('One?')
    void tab.send('Two?')
    const turns = [await agent.asked(), await agent.asked()]
    for (const turn of turns) turn.write(`to ${turn.task.prompt.text}`)
    for (const word of [' b', ' c']) for (const turn of turns) await grow(tab, turn, word)
    for (const turn of turns) turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    const lines = ['assistant: to One? b c', 'assistant: to Two? b c', 'user: One?', 'user: Two?']
    await so(() => expect(tab.lines().toSorted()).toEqual(lines))
    neverMore(tab, lines)
    const reloaded = open()
    await so(() => expect(reloaded.lines()).toEqual(tab.lines()))
    expect(agent.cancels).toEqual([])
  })

  it('goes on to an answer that has text when its own ends, and stays `streaming` although no more arrives', async () => {
    const { server, open } = await harnessOf(driver, { listens: false })
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    const channel = realtime(server, { clientId: 'agent' }).channels.get(tab.channel.name)
    const headers = { role: 'assistant', status: 'streaming', format: 'parts/1' }
    const answered = async (each: Tab, question: string, data: string) => {
      void each.send(question)
      for (const one of [tab, other]) await so(() => expect(one.lines()).toContain(`user: ${question}`))
      await so(() => expect(selectUnanswered(each.transport.conversation.store.getState())?.status).toBe('complete'))
      const replyTo = selectUnanswered(each.transport.conversation.store.getState())!.id
      const extras = { headers: { ...headers, 'reply-to': replyTo } }
      const { serials } = await channel.publish({ name: 'response', data, extras })
      for (const one of [tab, other]) await so(() => expect(one.lines()).toContain(`assistant: ${data}`))
      return { serial: serials[0]!, extras }
    }
    const { serial, extras } = await answered(tab, 'One?', 'a')
    await answered(other, 'Two?', 'x')
    // So many parts at once that the chat has not read all of them when it is asked to resume.
    const step = `${frameHead({ type: 'step' })}${frameHead({ type: 'text' })}b`
    extras.headers.status = 'complete'
    await channel.updateMessage({ serial, data: `a${step.repeat(30)}`, extras })
    const lines = ['user: One?', `assistant: a${'|b'.repeat(30)}`, 'user: Two?', 'assistant: x']
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(lines))
      await so(() => expect(each.messages()[1]?.metadata?.status).toBe('complete'))
      await tasks()
      // Between the two streams it is `ready` for some tasks, which take long on a busy machine.
      await so(() => expect(each.status()).toBe('streaming'))
    }
  })

  it('replaces a question while its answer streams', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    const first = await ask(agent, tab, 'One?', 'a')
    const { id } = tab.messages()[0]!
    void tab.send({ parts: [{ type: 'text', text: 'Uno?' }], messageId: id })
    const second = await agent.asked()
    first.write(' b')
    second.write('x')
    await so(() => expect(tab.lines()).toEqual(['user: Uno?', 'assistant: x']))
    first.write(' c')
    first.end()
    second.write(' y')
    second.end()
    const lines = ['user: Uno?', 'assistant: x y']
    for (const each of [tab, other]) await settled(each, lines)
    neverMore(tab, lines)
  })

  it('stops, and asks for another answer at once', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.stop()
    void tab.regenerate()
    const again = await agent.asked()
    await so(() => expect(first.task.signal.aborted).toBe(true))
    again.write('x')
    await so(() => expect(tab.lines()).toEqual(['user: One?', 'assistant: x']))
    again.end()
    const lines = ['user: One?', 'assistant: x']
    await settled(tab, lines)
    neverMore(tab, lines)
    expect(again.task.signal.aborted).toBe(false)
  })

  it('asks for another answer twice at once', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.regenerate()
    void tab.regenerate()
    const turns = [await agent.asked(), await agent.asked()]
    for (const turn of turns) turn.write(`to ${turn.task.prompt.id}`)
    await so(() => expect(tab.lines()).toHaveLength(2))
    for (const turn of [first, ...turns]) turn.end()
    await so(() => expect(tab.status()).toBe('ready'))
    await so(() => expect(tab.lines()).toEqual(['user: One?', expect.stringMatching(/^assistant: to /)]))
    const reloaded = open()
    await so(() => expect(reloaded.lines()).toEqual(tab.lines()))
  })

  it('asks for another answer while the first streams', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.regenerate()
    const again = await agent.asked()
    first.write(' b')
    again.write('x')
    await so(() => expect(tab.lines()).toEqual(['user: One?', 'assistant: x']))
    first.write(' c')
    again.write(' y')
    await so(() => expect(tab.lines()).toEqual(['user: One?', 'assistant: x y']))
    first.end()
    again.end()
    const lines = ['user: One?', 'assistant: x y']
    for (const each of [tab, other]) await settled(each, lines)
    neverMore(tab, lines)
  })

  it('stops, and sends the next question at once', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const first = await ask(agent, tab, 'One?', 'a')
    const stopped = tab.stop()
    void tab.send('Two?')
    const second = await agent.asked()
    first.write(' b')
    second.write('x')
    await stopped
    await so(() => expect(first.task.signal.aborted).toBe(true))
    second.end()
    await settled(tab, ['user: One?', expect.stringMatching(/^assistant: a( b)?$/), 'user: Two?', 'assistant: x'])
    expect(agent.cancels).toHaveLength(1)
    expect(second.task.signal.aborted).toBe(false)
  })

  it('stops one answer after the other where two are read', async () => {
    const { agent, open } = await harnessOf(driver)
    const tab = open()
    const first = await ask(agent, tab, 'One?', 'a')
    void tab.send('Two?')
    const second = await agent.asked()
    second.write('x')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: x'))
    await tab.stop()
    await so(() => expect(second.task.signal.aborted).toBe(true))
    await so(() => expect(tab.status()).toBe('streaming'))
    expect(first.task.signal.aborted).toBe(false)
    await tab.stop()
    await so(() => expect(first.task.signal.aborted).toBe(true))
    const lines = ['user: One?', 'assistant: a', 'user: Two?', 'assistant: x']
    await settled(tab, lines)
    neverMore(tab, lines)
  })

  it('sends a question while it resumes an answer after a reload', async () => {
    const { agent, open } = await harnessOf(driver)
    const before = open()
    const first = await ask(agent, before, 'One?', 'a')
    before.unmount()
    const tab = open()
    await so(() => expect(tab.status()).toBe('streaming'))
    void tab.resume()
    void tab.send('Two?')
    void tab.resume()
    const second = await agent.asked()
    await so(() => expect(tab.lines()).toContain('user: Two?'))
    for (const word of [' b', ' c']) await grow(tab, first, word)
    second.write('x')
    first.end()
    second.end()
    const lines = ['user: One?', 'assistant: a b c', 'user: Two?', 'assistant: x']
    await settled(tab, lines)
    neverMore(tab, lines)
    expect(agent.cancels).toEqual([])
  })

  it('sends from two tabs at once', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open()]
    for (const each of [tab, other]) await so(() => expect(each.channel.state).toBe('attached'))
    void tab.send('One?')
    void other.send('Two?')
    const turns = [await agent.asked(), await agent.asked()]
    for (const turn of turns) turn.write(`to ${turn.task.prompt.text}`)
    for (const each of [tab, other]) await so(() => expect(each.lines()).toHaveLength(4))
    for (const turn of turns) turn.write(' and more')
    for (const turn of turns) turn.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.status()).toBe('ready'))
      const lines = ['assistant: to One? and more', 'assistant: to Two? and more', 'user: One?', 'user: Two?']
      await so(() => expect(each.lines().toSorted()).toEqual(lines))
      neverMore(each, lines)
    }
    await so(() => expect(tab.lines()).toEqual(other.lines()))
  })
})

type Turn = Awaited<ReturnType<Harness['agent']['asked']>>

async function ask(agent: Harness['agent'], tab: Tab, question: string, beginning: string): Promise<Turn> {
  void tab.send(question)
  const turn = await agent.asked()
  turn.write(beginning)
  await so(() => expect(tab.lines().at(-1)).toBe(`assistant: ${beginning}`))
  return turn
}

/** Resolves after all that is already due, which useChat and React do in later tasks. */
async function tasks(): Promise<void> {
  for (let task = 0; task < 20; task++) await new Promise((resolve) => setImmediate(resolve))
}

/** Writes a word and waits until it is shown, so that each word is its own token. */
async function grow(tab: Tab, turn: Turn, word: string): Promise<void> {
  const seen = tab.lines().filter((line) => line.endsWith(word)).length
  turn.write(word)
  await so(() => expect(tab.lines().filter((line) => line.endsWith(word)).length).toBeGreaterThan(seen))
}

async function settled(tab: Tab, lines: readonly unknown[]): Promise<void> {
  await so(() => expect(tab.lines()).toEqual(lines))
  await so(() => expect(tab.status()).toBe('ready'))
  expect(tab.lines()).toEqual(lines)
}

/** No frame has shown more messages than there are. */
function neverMore(tab: Tab, { length }: readonly unknown[]): void {
  for (const lines of tab.drawn) expect(lines.length).toBeLessThanOrEqual(length)
}
