import { describe, expect, it } from 'vitest'
import type { Task } from '../src/index.ts'
import { modelMessages, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'

/** Agents that answer `to …`. */
function desk() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const tasks: Task[] = []
  const join = () =>
    serveAgent({
      channel: channel.agent(),
      clock,
      async *respond(task) {
        tasks.push(task)
        yield `to ${task.prompt.text}`
      },
    })
  const agent = join()
  const prompt = (text: string, headers: Record<string, string> = {}, clientId = 'user') =>
    channel.publish({ clientId, name: 'prompt', text, headers: { role: 'user', ...headers } })
  /** @returns the serial of the response, or the refusal */
  async function answer(serial: string, by = agent) {
    const answered = by.answer(serial)
    await clock.run(clock.now() + 1_000)
    const settled = await answered
    return settled.type === 'refused'
      ? settled
      : channel.responses().find(({ headers }) => headers['reply-to'] === serial)!.serial
  }
  const given = () => tasks.at(-1)!.messages.map(({ text }) => text)
  return { clock, channel, tasks, agent, join, prompt, answer, given }
}

describe('the branch that a model is given', () => {
  it('is the one above the prompt: of an edit without what it replaced, and what followed that', async () => {
    const { prompt, answer, given } = desk()
    const one = prompt('one')
    const first = await answer(one)
    const two = prompt('two', { parent: String(first) })
    await answer(two)
    await answer(prompt('zwei', { edits: two }))
    expect(given()).toEqual(['one', 'to one', 'zwei'])
    await answer(prompt('three', { parent: two }))
    expect(given()).toEqual(['one', 'to one', 'two', 'to two', 'three'])
  })

  it('of a request for another response ends with its prompt, as its text is now; the response names the request', async () => {
    const { channel, prompt, answer, given, tasks } = desk()
    const one = prompt('one')
    const first = await answer(one)
    await answer(prompt('two'))
    const again = prompt('', { again: one })
    const second = await answer(again)
    expect(given()).toEqual(['one'])
    expect(tasks.at(-1)!.prompt).toMatchObject({ id: one, text: 'one' })
    expect(modelMessages(tasks.at(-1)!.messages)).toMatchObject([{ role: 'user', content: 'one' }])
    expect(second).not.toBe(first)
    expect(channel.responses().map(({ headers }) => headers['reply-to'])).toContain(again)
    await answer(prompt('three', { parent: String(second) }))
    expect(given()).toEqual(['one', 'to one', 'three'])
  })

  it('is answered once for each request, by however many agents', async () => {
    const { channel, clock, prompt, agent, join } = desk()
    const one = prompt('one')
    const again = prompt('', { again: one })
    const agents = [agent, join(), join()]
    const all = [...agents, ...agents].map((each) => each.answer(again))
    await clock.run(clock.now() + 2_000)
    await Promise.all(all)
    expect(channel.responses().filter(({ headers }) => headers['reply-to'] === again)).toHaveLength(1)
  })

  it.each([
    ['of somebody else', (one: string) => ({ again: one }), 'stranger'],
    ['for what is not known', () => ({ again: 'nothing' }), 'user'],
  ] as const)('is nothing for a request %s', async (_, headers, by) => {
    const { channel, prompt, answer, tasks } = desk()
    const one = prompt('one')
    await answer(one)
    expect(await answer(prompt('', headers(one), by))).toMatchObject({ type: 'refused', reason: 'unknown-prompt' })
    expect(tasks).toHaveLength(1)
    expect(channel.responses()).toHaveLength(1)
  })

  it('is nothing for a prompt that was deleted', async () => {
    const { channel, clock, prompt, answer, tasks } = desk()
    const one = prompt('one')
    await answer(one)
    const again = prompt('', { again: one })
    channel.remove(one)
    await clock.run(clock.now() + 50)
    expect(await answer(again)).toMatchObject({ type: 'refused', reason: 'unknown-prompt' })
    expect(tasks).toHaveLength(1)
  })
})
