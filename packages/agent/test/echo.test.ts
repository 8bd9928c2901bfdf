import { describe, expect, test } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

/** Agents that are not sent what they write themselves, as with `echoMessages: false`. */
function setup() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const join = (words: readonly string[], options: Partial<AgentOptions> = {}, port = channel.agent({ echo: false })) => {
    const respond = () =>
      fakeSource(
        clock,
        words.map((text) => ({ text, delay: 10 })),
      )
    return { port, agent: serveAgent({ channel: port, respond, clock, ...options }) }
  }
  return { clock, channel, join }
}

const said = (channel: FakeChannel) => channel.responses().map(({ data, headers }) => [data, headers['status']])

describe('without echo', () => {
  test('the first token goes out as soon as the message exists', async () => {
    const { clock, channel, join } = setup()
    const { agent } = join(['one ', 'two'])
    void agent.answer(channel.prompt('hello'))
    await clock.run(30)
    expect(channel.responses()[0]?.data).toMatch(/^one /)
    await clock.run(200)
    expect(said(channel)).toEqual([['one two', 'complete']])
  })

  test.each([false, true])(
    'also where the port has no versions to read (%s: nor a message in its first half second)',
    async (late) => {
      const { clock, channel, join } = setup()
      const { versions: _, ...port } = channel.agent({ echo: false })
      const lagging = {
        ...port,
        conversation: (downTo?: string) =>
          late && clock.now() > 10 && clock.now() < 500 ? Promise.reject(new Error('not yet')) : port.conversation(downTo),
      }
      const { agent } = join(['one ', 'two'], { channel: lagging })
      void agent.answer(channel.prompt('hello'))
      await clock.run(late ? 800 : 100)
      expect(said(channel)).toEqual([['one two', 'complete']])
    },
  )

  test('of two agents that are asked at once one writes', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello')
    const answers = [join(['one']).agent.answer(prompt), join(['another']).agent.answer(prompt)]
    await clock.run(1_000)
    const ended = await Promise.all(answers.map(async (answer) => ((it) => it.type === 'answering' && it.finished)(await answer)))
    expect(ended.map((it) => it && it.status).toSorted()).toEqual(['complete', 'superseded'])
    expect(said(channel)).toEqual(
      [[ended.find((it) => it && it.status === 'complete')!, 'complete']].map(([it, status]) => [
        (it as { text: string }).text,
        status,
      ]),
    )
  })

  test.each([
    ['neither is sent its own', false, false],
    ['the first is sent its own', true, false],
    ['the second is sent its own', false, true],
  ])('of two agents that write a dead agent’s response again the first goes on: %s', async (_, first, second) => {
    const { clock, channel, join } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half', status: 'streaming', headers: { run: '1.dead' } })
    await clock.run(20_000)
    const options = { recovery: 'regenerate' } as const
    const agents = [first, second].map((echo, n) => join([`by ${n}`, ' alone'], options, channel.agent({ echo })).agent)
    for (const agent of agents) void agent.recover()
    await clock.run(clock.now() + 5_000)
    expect(said(channel)).toEqual([['by 0 alone', 'complete']])
  })

  test('a slow author gives way to the one who took over', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello')
    const respond = () =>
      fakeSource(
        clock,
        [0, 1, 2].map((n) => ({ text: `old ${n} `, delay: 20_000 })),
      )
    const slow = join([], { heartbeat: Infinity, respond }).agent.answer(prompt)
    await clock.run(57_000)
    const { agent } = join(['a ', 'new ', 'one'])
    const quick = agent.answer(prompt)
    await clock.run(100_000)
    const ended = await Promise.all(
      [slow, quick].map(async (answer) => ((it) => it.type === 'answering' && it.finished)(await answer)),
    )
    expect(ended.map((it) => it && it.status)).toEqual(['superseded', 'complete'])
    expect(said(channel)).toEqual([['a new one', 'complete']])
  })

  test('what another agent writes into a response is repaired', async () => {
    const { clock, channel, join } = setup()
    const { agent } = join(['one ', 'two ', 'three ', 'four'])
    void agent.answer(channel.prompt('hello'))
    await clock.run(25)
    const { serial, headers } = channel.responses()[0]!
    const stale = channel.agent().writer.append(serial, { text: 'rubbish', headers: { ...headers, run: '0.stale' } })
    await clock.run(5_000)
    await stale
    expect(said(channel)).toEqual([['one two three four', 'complete']])
  })

  test.each([
    ['a secret', { secret: 'known to agents only' }, [['one', 'complete']], 3_000],
    // The first id may be a user's: nothing is written there. The second is one that no user knows.
    [
      'no secret',
      {},
      [
        ['', 'streaming'],
        ['one', 'complete'],
      ],
      14_000,
    ],
  ])('where the message cannot be read the answer is written all the same, with %s', async (_, options, expected, within) => {
    const { clock, channel, join } = setup()
    const { agent, port } = join(['one'], options)
    const answer = agent.answer(channel.prompt('hello'))
    await clock.run(6)
    port.history.failing = true
    await clock.run(within)
    expect(await answer).toMatchObject({ type: 'answering' })
    expect(said(channel)).toEqual(expected)
    expect(clock.pending()).toBe(0)
  })
})
