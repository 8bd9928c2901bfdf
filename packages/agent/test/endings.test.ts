import type { ConversationEvent } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource, pieces } from './fake-source.ts'

interface Harness {
  readonly clock: FakeClock
  readonly channel: FakeChannel
  readonly tasks: Task[]
  serve(options?: Partial<AgentOptions>): ReturnType<typeof serveAgent>
}

function harness(): Harness {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const tasks: Task[] = []
  return {
    clock,
    channel,
    tasks,
    serve: (options = {}) =>
      serveAgent({
        channel: channel.agent(),
        clock,
        respond(task) {
          tasks.push(task)
          return fakeSource(
            clock,
            ['an', ' ans', 'wer'].map((text) => ({ text, delay: 30 })),
          )
        },
        ...options,
      }),
  }
}

const hung: AsyncIterable<string> = {
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise<never>(() => undefined),
    return: () => new Promise<never>(() => undefined),
  }),
}

describe('a model that is not wanted any more', () => {
  test('is stopped when it has been silent for too long: nothing else would end its request', async () => {
    const { clock, channel, tasks, serve } = harness()
    const agent = serve({ silenceLimit: 5_000, respond: (task) => (tasks.push(task), hung) })
    void agent.answer(channel.prompt('hello'))
    await clock.run(20_000)
    expect(channel.responses()[0]?.headers['status']).toBe('failed')
    expect(tasks[0]?.signal.aborted).toBe(true)
    expect(agent.working).toBe(0)
  })

  test('is stopped when another agent writes the response', async () => {
    const { clock, channel, tasks, serve } = harness()
    const [one, two] = [serve(), serve()]
    const prompt = channel.prompt('hello')
    void one.answer(prompt)
    void two.answer(prompt)
    await clock.run(20_000)
    expect(channel.responses()).toMatchObject([{ data: 'an answer', headers: { status: 'complete' } }])
    const stopped = tasks.map(({ signal }) => signal.aborted)
    // One of them wrote it, and was left alone.
    if (stopped.length === 2) expect(stopped.toSorted()).toEqual([false, true])
  })

  test('is not told to stop when it has ended', async () => {
    const { clock, channel, tasks, serve } = harness()
    void serve().answer(channel.prompt('hello'))
    await clock.run(20_000)
    expect(tasks[0]?.signal.aborted).toBe(false)
  })
})

describe('after the end', () => {
  test('nothing waits any more: no timer is left', async () => {
    const { clock, channel, serve } = harness()
    const agent = serve()
    const answer = agent.answer(channel.prompt('hello'))
    await clock.run(1_000)
    await answer
    const closing = agent.close(60_000)
    await clock.run(1_100)
    await closing
    expect(clock.pending()).toBe(0)
  })

  test('nor one of looking after what others had left open', async () => {
    const { clock, channel, serve } = harness()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half', status: 'streaming' })
    const agent = serve()
    const recovered = agent.recover()
    await clock.run(1_000)
    const closing = agent.close()
    await clock.run(1_100)
    await closing
    expect(await recovered).toEqual([])
    expect(clock.pending()).toBe(0)
  })

  test('a prompt that was cancelled as it waited for its turn looks at the channel no more', async () => {
    const { clock, channel, serve } = harness()
    const port = channel.agent()
    let reads = 0
    const counted = { ...port, conversation: (downTo?: string) => (reads++, port.conversation(downTo)) }
    const earlier = channel.prompt('earlier')
    const beat = (): void => {
      channel.writeAsOther({ replyTo: earlier, text: 'on and on', status: 'streaming' })
      if (clock.now() < 60_000) clock.after(2_000, beat)
    }
    beat()
    const agent = serve({ channel: counted, prompts: 'queue' })
    const prompt = channel.prompt('hello')
    void agent.answer(prompt)
    await clock.run(5_000)
    channel.cancel(prompt)
    await clock.run(6_000)
    const before = reads
    await clock.run(30_000)
    // Its ending is read once, by nobody else.
    expect(reads - before).toBeLessThanOrEqual(2)
  })
})

describe('recovery', () => {
  test('one response that cannot be closed does not keep the others open', async () => {
    const { clock, channel, serve } = harness()
    const stuck = channel.leave({ replyTo: channel.prompt('one'), text: 'a', status: 'streaming' })
    channel.leave({ replyTo: channel.prompt('two'), text: 'b', status: 'streaming' })
    const port = channel.agent()
    const errors: unknown[] = []
    const refused = Object.assign(new Error('refused'), { code: 40_160 })
    const writer = {
      ...port.writer,
      append: ((serial, draft) =>
        serial === stuck ? Promise.reject(refused) : port.writer.append(serial, draft)) as typeof port.writer.append,
    }
    const agent = serve({ channel: { ...port, writer }, onError: (error) => errors.push(error) })
    const recovered = agent.recover()
    await clock.run(600_000)
    expect(channel.responses().map(({ headers }) => headers['status'])).toEqual(['streaming', 'failed'])
    expect(errors).toContain(refused)
    expect(await recovered).toEqual([channel.responses()[1]?.serial])
  })

  test('a channel that is out of reach is looked at when it is back', async () => {
    const { clock, channel, serve } = harness()
    channel.leave({ replyTo: channel.prompt('one'), text: 'a', status: 'streaming' })
    const port = channel.agent()
    const errors: unknown[] = []
    let away = true
    const agent = serve({
      channel: {
        ...port,
        subscribe: (listener: (event: ConversationEvent) => void) =>
          away ? Promise.reject(new Error('out of reach')) : port.subscribe(listener),
      },
      onError: (error) => errors.push(error),
    })
    const recovered = agent.recover()
    await clock.run(40_000)
    away = false
    await clock.run(120_000)
    expect(errors.length).toBeGreaterThan(0)
    expect(await recovered).toEqual([channel.responses()[0]?.serial])
    expect(channel.responses()[0]?.headers['status']).toBe('failed')
  })

  test('what is written again because its old text has several messages leaves none of them open', async () => {
    const { clock, channel, serve } = harness()
    const prompt = channel.prompt('long')
    const first = channel.leave({ replyTo: prompt, text: 'part one', status: 'complete' })
    channel.leave({ replyTo: prompt, text: 'part two', status: 'streaming', headers: { continues: first } })
    const agent = serve({ recovery: 'regenerate' })
    void agent.recover()
    await clock.run(120_000)
    expect(channel.responses().map(({ data, headers }) => [data, headers['status']])).toEqual([
      ['part one', 'complete'],
      ['part two', 'failed'],
      ['an answer', 'complete'],
    ])
  })
})

test('a response that is deleted as a long piece of it is written has no further messages', async () => {
  const { clock, channel, serve } = harness()
  const port = channel.agent()
  const writer = { ...port.writer, maxMessageSize: 1_600 }
  const agent = serve({ channel: { ...port, writer }, respond: () => fakeSource(clock, pieces('x'.repeat(3_000))) })
  void agent.answer(channel.prompt('hello'))
  for (let at = 1; channel.responses().length < 2; at++) await clock.run(at)
  channel.remove(channel.responses()[0]!.serial)
  const { length } = channel.responses()
  await clock.run(20_000)
  expect(channel.responses().length).toBeLessThanOrEqual(length + 1)
})

test('a response whose end could not be written is ended when the channel is within reach again', async () => {
  const { clock, channel, serve } = harness()
  const port = channel.agent()
  let away = false
  const reach = <T>(does: () => Promise<T>): Promise<T> => (away ? Promise.reject(new Error('out of reach')) : does())
  const agent = serve({
    channel: {
      ...port,
      writer: {
        ...port.writer,
        append: (serial, draft) => reach(() => port.writer.append(serial, draft)),
        update: (serial, draft) => reach(() => port.writer.update(serial, draft)),
      },
      conversation: (downTo) => reach(() => port.conversation(downTo)),
    },
  })
  const answer = agent.answer(channel.prompt('hello'))
  await clock.run(50)
  away = true
  await clock.run(40_000)
  const given = await answer
  expect(given.type === 'answering' && (await given.finished)).toMatchObject({ status: 'failed', unwritten: true })
  expect(channel.responses()[0]?.headers['status']).toBe('streaming')
  away = false
  await clock.run(400_000)
  expect(channel.responses()[0]?.headers['status']).toBe('failed')
  await agent.close()
  expect(clock.pending()).toBe(0)
})
