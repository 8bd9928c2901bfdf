import { describe, expect, test } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

function setup() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const join = (words: readonly string[], delay: number, options: Partial<AgentOptions> = {}) => {
    const port = channel.agent()
    const respond = () =>
      fakeSource(
        clock,
        words.map((text) => ({ text, delay })),
      )
    return { port, agent: serveAgent({ channel: port, respond, clock, ...options }) }
  }
  return { clock, channel, join }
}

describe('recovery', () => {
  test('closes what a dead colleague left open as soon as it has been silent for long enough, and keeps its text', async () => {
    const { clock, channel, join } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half an ans', status: 'streaming' })
    const { agent } = join(['new'], 0)
    const recovered = agent.recover()
    await clock.run(10_000)
    expect(channel.responses()[0]?.headers['status']).toBe('streaming')
    await clock.run(16_000)
    expect(channel.responses()[0]).toMatchObject({ data: 'half an ans', headers: { status: 'failed' } })
    expect(await recovered).toEqual([channel.responses()[0]?.serial])
  })

  test('regenerates it, when told to, in its place', async () => {
    const { clock, channel, join } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half an ans', status: 'streaming' })
    const { agent } = join(['a whole ', 'answer'], 10, { recovery: 'regenerate' })
    void agent.recover()
    await clock.run(20_000)
    expect(channel.responses()).toMatchObject([{ data: 'a whole answer', headers: { status: 'complete' } }])
  })

  test('by two agents at once is by one of them, also where the channel has merged the updates for one', async () => {
    const { clock, channel, join } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half an ans', status: 'streaming' })
    const merging = channel.agent()
    let own: string | undefined
    const writer = {
      ...merging.writer,
      update: async (...given: Parameters<typeof merging.writer.update>) => {
        own ??= given[1].headers['run']
        return merging.writer.update(...given)
      },
    }
    // Of the updates by which both begin, it is sent the last, which is its own.
    const subscribe: typeof merging.subscribe = (listener) =>
      merging.subscribe((event) => {
        const isOthers = event.type === 'replaced' && event.headers?.['run'] !== own && event.headers?.['status'] === 'streaming'
        if (!isOthers) listener(event)
      })
    void join(['a whole ', 'answer'], 10, { recovery: 'regenerate' }).agent.recover()
    void join(['a whole ', 'answer'], 10, { recovery: 'regenerate', channel: { ...merging, writer, subscribe } }).agent.recover()
    await clock.run(20_000)
    const { version } = channel.responses()[0]!
    await clock.run(60_000)
    expect(channel.responses()).toMatchObject([{ data: 'a whole answer', headers: { status: 'complete' }, version }])
  })

  test('only closes what is too old to be waited for, or has no prompt any more', async () => {
    const { clock, channel, join } = setup()
    channel.leave({ replyTo: 'gone', text: 'lost', status: 'streaming' })
    channel.leave({ replyTo: channel.prompt('last week'), text: 'old', status: 'streaming' })
    await clock.run(700_000)
    const { agent } = join(['x'], 0, { recovery: 'regenerate' })
    void agent.recover()
    await clock.run(clock.now() + 20_000)
    expect(channel.responses().map(({ data, headers }) => [data, headers['status']])).toEqual([
      ['lost', 'failed'],
      ['old', 'failed'],
    ])
  })

  test('leaves alone what a living colleague writes, though its own clock is minutes ahead of the service', async () => {
    const { clock, channel, join } = setup()
    const colleague = join(['a', 'b', 'c', 'd'], 4_000)
    void colleague.agent.answer(channel.prompt('slowly'))
    await clock.run(1_000)
    const ahead = { now: () => clock.now() + 300_000, after: clock.after }
    const port = { ...channel.agent(), time: () => Promise.resolve(clock.now()) }
    const agent = serveAgent({ channel: port, respond: () => fakeSource(clock, []), clock: ahead })
    const recovered = agent.recover()
    await clock.run(60_000)
    expect(channel.responses()).toMatchObject([{ data: 'abcd', headers: { status: 'complete' } }])
    expect(await recovered).toEqual([])
  })

  test('goes by its own clock where the service does not say the time', async () => {
    const { clock, channel } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half', status: 'streaming' })
    const errors: unknown[] = []
    const port = { ...channel.agent(), time: () => Promise.reject(new Error('no answer')) }
    const agent = serveAgent({
      channel: port,
      respond: () => fakeSource(clock, []),
      clock,
      onError: (error) => errors.push(error),
    })
    void agent.recover()
    await clock.run(16_000)
    expect(channel.responses()).toMatchObject([{ data: 'half', headers: { status: 'failed' } }])
    expect(errors).toEqual([new Error('no answer')])
  })

  test('leaves alone what a living colleague writes, however slow its model', async () => {
    const { clock, channel, join } = setup()
    const writer = join(['slow', ' but', ' sure'], 25_000)
    void writer.agent.answer(channel.prompt('hello'))
    await clock.run(100)
    const other = join(['never'], 0, { recovery: 'regenerate' })
    void other.agent.recover()
    await clock.run(200_000)
    expect(channel.responses()).toMatchObject([{ data: 'slow but sure', headers: { status: 'complete' } }])
  })

  test('closes the open part of a response of several messages', async () => {
    const { clock, channel, join } = setup()
    const replyTo = channel.prompt('long')
    const head = channel.leave({ replyTo, text: 'first, ', status: 'complete' })
    channel.leave({ replyTo, text: 'second', status: 'streaming', headers: { continues: head } })
    await clock.run(20_000)
    const { agent } = join(['x'], 0)
    void agent.recover()
    await clock.run(clock.now() + 100)
    expect(channel.responses().map(({ data, headers }) => [data, headers['status'], headers['continues']])).toEqual([
      ['first, ', 'complete', undefined],
      ['second', 'failed', head],
    ])
  })

  test('a channel that is out of reach is reported, and tried again until the agent is closed', async () => {
    const errors: unknown[] = []
    const { clock, join } = setup()
    const { agent, port } = join(['x'], 0, { onError: (error) => errors.push(error) })
    port.history.failing = true
    const recovered = agent.recover()
    await clock.run(100)
    expect(errors).toHaveLength(1)
    await clock.run(100_000)
    expect(errors.length).toBeGreaterThan(2)
    await agent.close()
    expect(await recovered).toEqual([])
  })
})

describe('an author taken for dead who comes back', () => {
  test('gives way to the agent that writes the response again, whose text is repaired at once', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello')
    // Without a heartbeat it is silent for longer than the other waits.
    const slow = join(['an old ', 'story'], 20_000, { heartbeat: Infinity })
    const first = slow.agent.answer(prompt)
    await clock.run(22_000)
    await clock.run(36_000)
    const quick = join(['one ', 'two ', 'three ', 'four'], 1_500)
    const second = quick.agent.answer(prompt)
    await clock.run(100_000)
    const outcomes = [await first, await second].map((answer) => (answer.type === 'answering' ? answer.finished : undefined))
    expect(await outcomes[0]).toMatchObject({ status: 'superseded' })
    expect(await outcomes[1]).toMatchObject({ status: 'complete', text: 'one two three four' })
    expect(channel.responses()).toMatchObject([{ data: 'one two three four', headers: { status: 'complete' } }])
  })

  test('what somebody else writes into a response is repaired', async () => {
    const { clock, channel, join } = setup()
    const { agent } = join(['one ', 'two ', 'three'], 100)
    void agent.answer(channel.prompt('hello'))
    await clock.run(150)
    const { serial, headers } = channel.responses()[0]!
    const stale = channel.agent().writer.append(serial, { text: 'rubbish', headers: { ...headers, run: '0.stale' } })
    await clock.run(5_000)
    await stale
    expect(channel.responses()).toMatchObject([{ data: 'one two three', headers: { status: 'complete' } }])
  })
})
