// @vitest-environment happy-dom
import { ConversationError } from '@streamfold/client'
import { describe, expect, it } from 'vitest'
import { messageFacts } from '../src/index.ts'
import { drivers } from './drivers.ts'
import type { Harness, Tab } from './fixture.ts'
import { ask, harnessOf, loaded, so } from './fixture.ts'

const statusOf = (tab: Tab) => tab.messages().map((message) => messageFacts(message)?.status)

describe.each(drivers)('a chat of TanStack AI, by $name', (driver) => {
  it('sends a prompt and shows its answer as it is written, in both tabs', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    const turn = await ask(harness, tab, 'Hello', 'Good')
    expect(tab.isLoading()).toBe(true)
    await so(() => expect(other.lines()).toEqual(['user: Hello', 'assistant: Good']))
    await so(() => expect(other.isGenerating()).toBe(true))
    turn.write(' day')
    turn.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(['user: Hello', 'assistant: Good day']))
      await so(() => expect([each.isLoading(), each.isGenerating()]).toEqual([false, false]))
      expect(each.messages().map(({ id }) => id)).toEqual(tab.messages().map(({ id }) => id))
      neverDoubled(each, 'Good day')
    }
    expect(messageFacts(other.messages()[0]!)).toMatchObject({ clientId: 'ann', status: 'complete' })
    expect(tab.error()).toBeUndefined()
  })

  it('takes up a running answer after a reload, and stop ends it in every tab', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open()
    const turn = await ask(harness, tab, 'Hello', 'Good')
    tab.unmount()
    turn.write(' day')
    const reloaded = harness.open()
    await so(() => expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    await so(() => expect(reloaded.isLoading()).toBe(true))
    expect(turn.task.signal.aborted).toBe(false)
    const other = harness.open({ clientId: 'ben' })
    await so(() => expect(other.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    reloaded.stop()
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    for (const each of [reloaded, other]) {
      await so(() => expect(statusOf(each)).toEqual(['complete', 'cancelled']))
      await so(() => expect(each.isGenerating()).toBe(false))
    }
    neverDoubled(reloaded, 'Good day')
  })

  it('stop ends an answer that has no text yet, and the next prompt is answered', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open()
    void tab.send('Hello')
    const turn = await harness.asked()
    tab.stop()
    await so(() => expect(turn.task.signal.aborted).toBe(true))
    turn.end()
    const next = await ask(harness, tab, 'Again', 'Good')
    next.end()
    await so(() => expect([tab.isLoading(), tab.isGenerating(), tab.error()]).toEqual([false, false, undefined]))
    expect(tab.lines().at(-1)).toBe('assistant: Good')
  })

  it('an answer that fails is an error of the tab that asked, and a status in the other', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    await loaded(tab, other)
    const turn = await ask(harness, tab, 'Hello', 'Good')
    turn.fail(new Error('secret'))
    await so(() => expect(tab.error()).toContain('unable to complete the answer'))
    expect(tab.error()).not.toContain('secret')
    for (const each of [tab, other]) {
      await so(() => expect(statusOf(each)).toEqual(['complete', 'failed']))
      await so(() => expect([each.isLoading(), each.isGenerating()]).toEqual([false, false]))
      expect(each.lines()).toEqual(['user: Hello', 'assistant: Good'])
    }
    expect(other.error()).toBeUndefined()
  })

  it('reload asks for another answer, which takes the place of the one before', async () => {
    const harness = await harnessOf(driver)
    const [tab, other] = [harness.open(), harness.open({ clientId: 'ben' })]
    const turn = await ask(harness, tab, 'Hello', 'First')
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    void tab.reload()
    const next = await harness.asked()
    next.write('Second')
    next.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(['user: Hello', 'assistant: Second']))
      await so(() => expect([each.isLoading(), each.isGenerating()]).toEqual([false, false]))
    }
  })

  it('shows the answers of others while it reads its own', async () => {
    const harness = await harnessOf(driver)
    const [ann, ben] = [harness.open(), harness.open({ clientId: 'ben' })]
    await loaded(ann, ben)
    const first = await ask(harness, ann, 'One?', 'First')
    const second = await ask(harness, ben, 'Two?', 'Second')
    const lines = ['user: One?', 'assistant: First', 'user: Two?', 'assistant: Second']
    for (const tab of [ann, ben]) await so(() => expect(tab.lines()).toEqual(lines))
    first.write(' and more')
    first.end()
    await so(() => expect(ben.lines()[1]).toBe('assistant: First and more'))
    // The own answer of this tab goes on.
    await so(() => expect(ann.isLoading()).toBe(false))
    expect(ben.isLoading()).toBe(true)
    second.write(' too')
    second.end()
    for (const tab of [ann, ben]) {
      await so(() =>
        expect(tab.lines()).toEqual(['user: One?', 'assistant: First and more', 'user: Two?', 'assistant: Second too']),
      )
      await so(() => expect([tab.isLoading(), tab.isGenerating()]).toEqual([false, false]))
    }
  })

  it('goes on through a lost network, with and without continuity', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open()
    const turn = await ask(harness, tab, 'Hello', 'Good')
    harness.server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    turn.write(' day')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day'))
    harness.server.faults.expireContinuity({ clientId: 'ann' })
    harness.server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    turn.write(' to you')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: Good day to you'))
    expect(tab.isLoading()).toBe(true)
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    neverDoubled(tab, 'Good day to you')
  })

  it('a redaction replaces text at once, while it streams and afterwards', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open()
    const turn = await ask(harness, tab, 'Hello', 'the secret')
    const { serial } = (await harness.agentChannel.history()).items[0]!
    const rewrite = (data: string, status: string) =>
      harness.agentChannel.updateMessage({ serial: serial!, data, extras: { headers: { role: 'assistant', status } } })
    await rewrite('the [redacted]', 'streaming')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: the [redacted]'))
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    await rewrite('nothing', 'complete')
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: nothing'))
    await harness.agentChannel.deleteMessage({ serial: serial! })
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: '))
  })

  it('a prompt that is refused ends with its error, and nothing is published', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open({
      prompt: () => {
        throw new ConversationError('empty-prompt', 'unable to send the prompt; it is refused: write another')
      },
    })
    await tab.send('Hello')
    await so(() => expect(tab.error()).toContain('it is refused'))
    expect((await tab.channel.history()).items).toEqual([])
  })

  it('reads older pages of history', async () => {
    const harness = await harnessOf(driver)
    const all = await threeAnswers(harness)
    const paged = harness.open({ history: 2, pageSize: 2, rewind: false })
    await so(() => expect(paged.lines().length).toBeGreaterThanOrEqual(2))
    // A chat that is live shows all that its connection has read, and asks for more once it has read its first page.
    await so(async () => {
      await paged.loadOlder()
      expect(paged.lines()).toEqual(all)
    })
    for (const lines of paged.drawn) expect(all.slice(all.length - lines.length)).toEqual(lines)
  })
})

describe.each(drivers.filter(({ name }) => name !== 'Vue'))('a chat that is not live, by $name', (driver) => {
  it('takes up a running answer after a reload, and leaving it stops nothing', async () => {
    const harness = await harnessOf(driver)
    const tab = harness.open({ live: false })
    const turn = await ask(harness, tab, 'Hello', 'Good')
    const reloaded = harness.open({ live: false })
    await so(() => expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good']))
    await so(() => expect(reloaded.isLoading()).toBe(true))
    tab.unmount()
    turn.write(' day')
    await so(() => expect(reloaded.lines()).toEqual(['user: Hello', 'assistant: Good day']))
    reloaded.unmount()
    turn.write(' to you')
    const last = harness.open({ live: false })
    await so(() => expect(last.lines()).toEqual(['user: Hello', 'assistant: Good day to you']))
    turn.end()
    await so(() => expect([last.isLoading(), last.isGenerating()]).toEqual([false, false]))
    expect(statusOf(last)).toEqual(['complete', 'complete'])
    neverDoubled(last, 'Good day to you')
  })

  it('reads older pages of history, one at a time', async () => {
    const harness = await harnessOf(driver)
    const all = await threeAnswers(harness)
    const paged = harness.open({ history: 2, pageSize: 2, rewind: false, live: false })
    await so(() => expect(paged.lines()).toEqual(all.slice(-2)))
    await paged.loadOlder()
    await so(() => expect(paged.lines()).toEqual(all.slice(-4)))
    await paged.loadOlder()
    await so(() => expect(paged.lines()).toEqual(all))
    await paged.loadOlder()
    expect(paged.lines()).toEqual(all)
  })
})

/** @returns the lines of three questions and their answers */
async function threeAnswers(harness: Harness): Promise<readonly string[]> {
  const tab = harness.open()
  for (const question of ['One', 'Two', 'Three']) {
    const turn = await ask(harness, tab, question, `${question}!`)
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
  }
  expect(tab.lines()).toHaveLength(6)
  return tab.lines()
}

/** Every rendered answer is a prefix of the full one. */
function neverDoubled(tab: Tab, whole: string): void {
  for (const lines of tab.drawn) {
    const answers = lines.filter((line) => line.startsWith('assistant: '))
    expect(answers.length).toBeLessThanOrEqual(1)
    for (const answer of answers) expect(`assistant: ${whole}`.startsWith(answer)).toBe(true)
  }
}
