import { describe, expect, test } from 'vitest'
import type { PromptOrder, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

function setup(prompts: PromptOrder, clock: FakeClock = fakeClock(), channel: FakeChannel = fakeChannel(clock)) {
  const asked: { prompt: string; at: number; task: Task }[] = []
  const respond = (task: Task) => {
    asked.push({ prompt: task.prompt.text, at: clock.now(), task })
    return fakeSource(
      clock,
      ['to ', task.prompt.text, '!'].map((text) => ({ text, delay: 100 })),
    )
  }
  return { clock, channel, asked, agent: serveAgent({ channel: channel.agent(), respond, clock, prompts }) }
}

const texts = (channel: FakeChannel) => channel.responses().map(({ data, headers }) => [data, headers['status']])

describe('two prompts in a row', () => {
  test('are answered beside each other', async () => {
    const { clock, channel, agent, asked } = setup('concurrently')
    for (const text of ['one', 'two']) void agent.answer(channel.prompt(text))
    await clock.run(5_000)
    expect(asked[1]!.at - asked[0]!.at).toBeLessThan(10)
    expect(texts(channel)).toEqual([
      ['to one!', 'complete'],
      ['to two!', 'complete'],
    ])
  })

  test('are answered in order, the second from the answer to the first; until then it has no response', async () => {
    const { clock, channel, agent, asked } = setup('queue')
    for (const text of ['one', 'two']) void agent.answer(channel.prompt(text))
    await clock.run(100)
    expect(channel.responses()).toHaveLength(1)
    expect(asked).toHaveLength(1)
    await clock.run(5_000)
    expect(asked[1]!.task.messages.map(({ text }) => text)).toEqual(['one', 'to one!', 'two'])
    expect(texts(channel)).toEqual([
      ['to one!', 'complete'],
      ['to two!', 'complete'],
    ])
  })

  test('are answered in order by two agents too', async () => {
    const first = setup('queue')
    const { clock, channel } = first
    const second = setup('queue', clock, channel)
    void first.agent.answer(channel.prompt('one'))
    await clock.run(50)
    void second.agent.answer(channel.prompt('two'))
    await clock.run(250)
    expect(second.asked).toHaveLength(0)
    await clock.run(5_000)
    expect(second.asked[0]!.task.messages.map(({ text }) => text)).toEqual(['one', 'to one!', 'two'])
  })

  test('in order, the second can be cancelled while it waits, and its model is not asked', async () => {
    const { clock, channel, agent, asked } = setup('queue')
    void agent.answer(channel.prompt('one'))
    const second = channel.prompt('two')
    void agent.answer(second)
    await clock.run(100)
    channel.cancel(second)
    await clock.run(5_000)
    expect(asked.map(({ prompt }) => prompt)).toEqual(['one'])
    expect(texts(channel)).toEqual([
      ['to one!', 'complete'],
      ['', 'cancelled'],
    ])
  })

  test.each(['a call of answer', 'nothing but the prompt'])('a newer prompt interrupts the answer: %s', async (how) => {
    const { clock, channel, agent } = setup('interrupt')
    void agent.answer(channel.prompt('one'))
    await clock.run(150)
    const second = channel.prompt('two')
    if (how === 'a call of answer') void agent.answer(second)
    await clock.run(5_000)
    const expected = [
      ['to ', 'cancelled'],
      ['to two!', 'complete'],
    ]
    expect(texts(channel)).toEqual(how === 'a call of answer' ? expected : expected.slice(0, 1))
  })
})
