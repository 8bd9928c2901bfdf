import type { ConversationEvent } from '@streamfold/core'
import { toJSON } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { followConversation } from '../src/serve/channel/followed-conversation.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource, pieces } from './fake-source.ts'

function setup(options: Partial<AgentOptions> & { readonly echo?: boolean } = {}) {
  const { echo = true, ...more } = options
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const port = channel.agent({ echo })
  const given: string[][] = []
  const respond = ({ messages, prompt }: Task) => {
    given.push(messages.map(({ text }) => text))
    return fakeSource(clock, pieces('re: ', prompt.text))
  }
  const agent = serveAgent({ channel: port, respond, clock, ...more })
  const pass = (ms: number) => clock.run(clock.now() + ms)
  return { clock, channel, port, agent, given, pass }
}

describe('the agent follows its channel', () => {
  test.each([true, false])('and reads history once for many prompts (echo: %s)', async (echo) => {
    const { channel, port, agent, given, pass } = setup({ echo })
    channel.prompt('before')
    for (let n = 1; n <= 20; n++) {
      void agent.answer(channel.prompt(`${n}`))
      await pass(1_000)
    }
    expect(port.history.reads).toBe(1)
    expect(given).toHaveLength(20)
    expect(given.at(-1)?.slice(0, 4)).toEqual(['before', '1', 're: 1', '2'])
    expect(given.at(-1)?.slice(-3)).toEqual(['19', 're: 19', '20'])
    await agent.close()
  })

  test('and does not poll while a prompt waits for the answer of another agent', async () => {
    const { clock, channel, port, agent, given, pass } = setup({ prompts: 'queue' })
    const slow = serveAgent({
      channel: channel.agent(),
      respond: () => fakeSource(clock, [{ text: 'slow', delay: 60_000 }]),
      clock,
    })
    void slow.answer(channel.prompt('one'))
    await pass(50)
    void agent.answer(channel.prompt('two'))
    await pass(50_000)
    const { reads } = port.history
    expect(given).toHaveLength(0)
    expect(reads).toBeLessThanOrEqual(3)
    await pass(20_000)
    expect(given).toEqual([['one', 'slow', 'two']])
    expect(port.history.reads - reads).toBeLessThanOrEqual(1)
  })

  test('and does not wait for an agent that has died', async () => {
    const { channel, agent, given, pass } = setup({ prompts: 'queue', staleAfter: 5_000 })
    channel.leave({ replyTo: channel.prompt('one'), text: 'half', status: 'streaming' })
    void agent.answer(channel.prompt('two'))
    await pass(4_900)
    expect(given).toHaveLength(0)
    await pass(500)
    expect(given).toEqual([['one', 'half', 'two']])
  })

  test('and reads what it missed when its channel comes back without continuity', async () => {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const port = channel.agent()
    const given: string[][] = []
    let deliver: (event: ConversationEvent) => void = () => undefined
    let away = false
    const subscribe: typeof port.subscribe = (listener) => {
      deliver = listener
      return port.subscribe((event) => (away ? undefined : listener(event)))
    }
    const respond = ({ messages, prompt }: Task) => {
      given.push(messages.map(({ text }) => text))
      return fakeSource(clock, pieces('re: ', prompt.text))
    }
    const agent = serveAgent({ channel: { ...port, subscribe }, respond, clock })
    void agent.answer(channel.prompt('one'))
    await clock.run(1_000)
    away = true
    channel.prompt('missed')
    channel.rewrite(channel.messages[0]!.serial, 'one, edited', { role: 'user' })
    await clock.run(2_000)
    away = false
    deliver({ type: 'channel', state: 'attached', resumed: false })
    void agent.answer(channel.prompt('two'))
    await clock.run(3_000)
    expect(given.at(-1)).toEqual(['one, edited', 're: one', 'missed', 'two'])
    expect(port.history.reads).toBe(2)
    // A resumed attachment delivers what was missed by itself.
    deliver({ type: 'channel', state: 'attached', resumed: true })
    void agent.answer(channel.prompt('three'))
    await clock.run(4_000)
    expect(port.history.reads).toBe(2)
  })

  test('and a prompt that is not delivered yet is read from history', async () => {
    const { channel, port, agent, pass } = setup()
    void agent.answer(channel.prompt('one'))
    await pass(1_000)
    const answer = agent.answer('unknown')
    await pass(1_000)
    expect(await answer).toMatchObject({ type: 'refused', reason: 'unknown-prompt' })
    expect(port.history.reads).toBe(2)
  })
})

test('the state that an agent keeps is bounded, and what is open stays', async () => {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const port = { ...channel.agent(), historyLimit: 10 }
  const followed = followConversation(port, clock)
  void port.subscribe((event) => followed.receive(event))
  const first = channel.prompt('open')
  const open = channel.leave({ replyTo: first, text: '', status: 'streaming' })
  for (let n = 0; n < 200; n++) channel.prompt(`${n}`)
  await clock.run(10)
  const { records, rest } = toJSON(await current())
  expect(records.length).toBeLessThanOrEqual(32)
  expect(records.slice(0, 2).map(({ id }) => id)).toEqual([first, open])
  expect(records.at(-1)?.text).toBe('199')
  expect(rest.hasOlder).toBe(true)

  async function current() {
    const state = followed.current()
    await clock.run(clock.now() + 10)
    return state
  }
})

test('without echo the state has this agent’s own answers, repaired, annotated and cancelled ones too', async () => {
  const { channel, port, agent, pass, clock } = setup({ echo: false })
  const { append } = port.writer
  let appends = 0
  port.writer.append = (serial, draft) =>
    ++appends === 2 ? Promise.reject(Object.assign(new Error('lost'), { code: 50_000 })) : append(serial, draft)
  void agent.answer(channel.prompt('one'))
  await pass(5_000)
  const followed = followConversation(port, clock)
  const read = followed.current()
  await pass(10)
  expect(toJSON(await read).records.map(({ text, status }) => [text, status])).toEqual([
    ['one', 'complete'],
    ['re: one', 'complete'],
  ])
  const again = agent.answer(channel.messages[0]!.serial)
  await pass(1_000)
  expect(await again).toMatchObject({ type: 'refused', reason: 'answered' })
})
