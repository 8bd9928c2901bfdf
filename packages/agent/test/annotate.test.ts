import type { Headers } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, StreamOptions, Task } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import type { Fate } from './fake-server.ts'
import { accepted, fakeServer } from './fake-server.ts'

/** A response that waits between its words until it is told to go on. */
function setup(options: StreamOptions = {}, fate: Parameters<typeof fakeServer>[1] = () => accepted, maxMessageSize?: number) {
  const clock = fakeClock()
  const server = fakeServer(clock, fate, maxMessageSize)
  const words: (string | undefined)[] = []
  let wake = (): void => undefined
  async function* source() {
    for (;;) {
      while (words.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      const word = words.shift()
      if (word === undefined) return
      yield word
    }
  }
  const stream = streamResponse(server, source(), {
    clock,
    replyTo: 'p',
    heartbeat: Infinity,
    silenceLimit: Infinity,
    ...options,
  })
  const say = (word: string | undefined) => {
    words.push(word)
    wake()
  }
  const pass = (ms: number) => clock.run(clock.now() + ms)
  const last = (): Headers => [...server.stored.values()].at(-1)!.headers
  return { clock, server, stream, say, pass, last }
}

describe('headers that are added', () => {
  test('go out by themselves within a moment, where no text takes them along', async () => {
    const { server, stream, say, pass, last } = setup()
    say('one')
    await pass(50)
    stream.annotate({ topic: 'ships' })
    await pass(150)
    expect(last()).toMatchObject({ status: 'streaming', topic: 'ships' })
    expect(server.log).toEqual(['create', 'append one', 'append '])
    // Nothing more is said than that.
    await pass(60_000)
    stream.annotate({ topic: 'ships' })
    stream.annotate({})
    await pass(60_000)
    expect(server.log).toHaveLength(3)
  })

  test('go along with text that comes, in no operation of their own', async () => {
    const { server, stream, say, pass, last } = setup()
    say('one')
    await pass(50)
    stream.annotate({ topic: 'ships' })
    say(' two')
    await pass(20)
    expect(last()).toMatchObject({ topic: 'ships' })
    await pass(1_000)
    expect(server.log).toEqual(['create', 'append one', 'append  two'])
  })

  test('before the message is confirmed wait until it is', async () => {
    let confirm = (): void => undefined
    const confirmed = new Promise<boolean>((resolve) => (confirm = () => resolve(true)))
    const { server, stream, pass, last } = setup({ confirm: () => confirmed })
    stream.annotate({ topic: 'ships' })
    await pass(50)
    stream.annotate({ more: 'sails' })
    await pass(1_000)
    expect(server.log).toEqual(['create'])
    confirm()
    await pass(200)
    expect(last()).toMatchObject({ topic: 'ships', more: 'sails' })
  })

  test('of a message that another agent writes are not written', async () => {
    const { server, stream, pass } = setup({ confirm: async () => false })
    stream.annotate({ topic: 'ships' })
    await pass(1_000)
    stream.annotate({ more: 'sails' })
    await pass(1_000)
    expect(server.log).toEqual(['create'])
  })

  test('while the last append is on its way, or waits for its turn, are there in the end', async () => {
    const { server, stream, say, pass, last } = setup({}, () => ({ verdict: 'accepted', delay: 500 }))
    await pass(600)
    say('all')
    say(undefined)
    await pass(100)
    expect(last()).toMatchObject({ status: 'complete' })
    stream.annotate({ tokens: '7' })
    await pass(2_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', text: 'all' })
    expect(last()).toMatchObject({ status: 'complete', tokens: '7' })
    expect(server.first()?.text).toBe('all')
  })

  test.each(['refused', 'folded', 'applied'] as const)('outlive an append that is %s, and its repair', async (verdict) => {
    const fate = (kind: string, nth: number): Fate => (kind === 'append' && nth < 3 ? { verdict, delay: 20 } : accepted)
    const { server, stream, say, pass, last } = setup({}, fate)
    say('one')
    await pass(50)
    stream.annotate({ topic: 'ships' })
    await pass(1_500)
    expect(last()).toMatchObject({ status: 'streaming', topic: 'ships' })
    say(' two')
    say(undefined)
    await pass(10_000)
    expect(await stream.finished).toMatchObject({ status: 'complete', text: 'one two' })
    expect(server.first()).toMatchObject({ text: 'one two', headers: { status: 'complete', topic: 'ships' } })
  })

  test('are on every message from then on', async () => {
    const { clock, server, stream, say, pass } = setup({}, () => accepted, 2_000)
    say('x'.repeat(1_500))
    await pass(100)
    const before = server.stored.size
    stream.annotate({ topic: 'ships' })
    await pass(200)
    say('y'.repeat(1_500))
    await pass(100)
    stream.annotate({ more: 'sails' })
    say(undefined)
    await pass(5_000)
    expect(await stream.finished).toMatchObject({ status: 'complete' })
    const headers = [...server.stored.values()].slice(before - 1).map((message) => message.headers)
    expect(headers.length).toBeGreaterThan(1)
    for (const each of headers) expect(each).toMatchObject({ topic: 'ships', status: 'complete' })
    expect(headers.at(-1)).toMatchObject({ more: 'sails' })
    expect(clock.pending()).toBe(0)
  })

  test('cannot be those of the protocol, no text, or so many that no room is left for text', async () => {
    const { stream, say, pass, last } = setup()
    say('one')
    for (const name of ['status', 'role', 'reply-to', 'error', 'finish'])
      expect(() => stream.annotate({ [name]: 'mine' })).toThrow(/belongs to the protocol/)
    await pass(500)
    expect(last()).toEqual({ role: 'assistant', status: 'streaming', 'reply-to': 'p' })
    expect(() => stream.annotate({ count: 3 as unknown as string })).toThrow(/header `count` is a number: give a string/)
    expect(() => stream.annotate({ long: 'x'.repeat(3_000) })).toThrow(/2048 bytes/)
    stream.annotate({ long: 'x'.repeat(1_900) })
    await pass(500)
    expect(last()['long']).toHaveLength(1_900)
  })

  test('after the end change nothing, and leave no timer', async () => {
    const { clock, server, stream, say, pass } = setup()
    say('one')
    await pass(50)
    stream.annotate({ topic: 'ships' })
    say(undefined)
    await pass(50)
    await stream.finished
    expect(clock.pending()).toBe(0)
    const before = server.log.length
    stream.annotate({ late: 'yes' })
    await pass(1_000)
    expect(server.log).toHaveLength(before)
    expect(clock.pending()).toBe(0)
  })
})

describe('behind serveAgent', () => {
  function serve(respond: AgentOptions['respond'], options: Partial<AgentOptions> = {}) {
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const agent = serveAgent({ channel: channel.agent(), respond, clock, headers: { product: 'x' }, ...options })
    return { clock, channel, agent, pass: (ms: number) => clock.run(clock.now() + ms) }
  }

  test('a model that annotates and then thinks is annotated meanwhile', async () => {
    const { channel, agent, pass } = serve(async function* ({ annotate }: Task) {
      expect(() => annotate({ run: 'mine' })).toThrow(/`run` belongs to the protocol/)
      annotate({ model: 'big' })
      await new Promise(() => undefined)
      yield ''
    })
    void agent.answer(channel.prompt('hello'))
    await pass(300)
    expect(channel.responses()[0]?.headers).toMatchObject({ product: 'x', model: 'big', status: 'streaming' })
    expect(channel.responses()[0]?.headers['run']).toMatch(/^1\./)
  })

  test('what was added by an agent that died stays when another closes the response', async () => {
    const { clock, channel, agent, pass } = serve(async function* () {})
    channel.leave({
      replyTo: channel.prompt('old'),
      text: 'half',
      status: 'streaming',
      headers: { topic: 'ships', run: '1.dead' },
    })
    void agent.recover()
    await pass(30_000)
    expect(channel.responses()[0]?.headers).toMatchObject({ status: 'failed', topic: 'ships' })
    expect(clock.pending()).toBe(0)
  })

  test('what is added after the response was taken over, or deleted, goes nowhere', async () => {
    let task: Task | undefined
    const { channel, agent, pass } = serve(async function* (given: Task) {
      task = given
      yield 'text'
      await new Promise(() => undefined)
    })
    void agent.answer(channel.prompt('hello'))
    await pass(100)
    const [response] = channel.responses()
    channel.remove(response!.serial)
    task?.annotate({ late: 'yes' })
    const { version } = response!
    await pass(5_000)
    expect(response?.version).toBe(version)
    const state = await (async () => {
      const read = channel.agent().conversation()
      await pass(10)
      return read
    })()
    expect(selectMessages(state)[1]?.status).toBe('deleted')
  })
})
