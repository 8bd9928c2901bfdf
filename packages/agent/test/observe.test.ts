import { describe, expect, it, vi } from 'vitest'
import type { AgentObserver, AgentOptions, Answer, AnswerEvent, Source, StartedAnswer } from '../src/index.ts'
import { serveAgent, streamResponse } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { accepted, fakeServer } from './fake-server.ts'
import { sleep } from '@streamfold/core/transport'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

type Timed = readonly [delay: number, chunk: unknown]

async function* paced(clock: FakeClock, all: readonly Timed[], error?: Error) {
  for (const [delay, chunk] of all) {
    await sleep(clock, delay)
    yield chunk
  }
  if (error) throw error
}

/** The events of a response to which the source gives these chunks, and then throws. */
async function eventsOf(all: readonly Timed[], error?: Error): Promise<readonly AnswerEvent[]> {
  const clock = fakeClock()
  const events: AnswerEvent[] = []
  const source = paced(clock, all, error) as Source // As a product yields them.
  const observer = { now: clock.now, record: (event: AnswerEvent) => void events.push(event) }
  const stream = streamResponse(
    fakeServer(clock, () => accepted),
    source,
    { clock, observer, onError: () => undefined },
  )
  await clock.run(10_000)
  await stream.finished
  return events
}

/** What ran, in the order in which it ended: who, from when to when. */
function ranIn(events: readonly AnswerEvent[]): readonly unknown[] {
  return events.flatMap((event): readonly (readonly unknown[])[] => {
    if (event.type === 'model-call') return [['model', event.startedAt, event.firstChunkAt, event.endedAt, event.usage]]
    if (event.type === 'tool-call') return [[event.toolName, event.startedAt, event.endedAt, event.error === undefined]]
    return []
  })
}

describe('calls of models and tools are found in what the source yields', () => {
  it.each<[name: string, chunks: readonly Timed[], ran: readonly unknown[]]>([
    [
      'text alone',
      [
        [100, 'a'],
        [50, 'b'],
      ],
      [['model', 0, 100, 150, {}]],
    ],
    ['nothing, which is noticed when the message is created', [], [['model', 0, undefined, 5, {}]]],
    [
      'the AI SDK: two steps, and two tools at once',
      [
        [10, { type: 'start-step' }],
        [90, { type: 'text-delta', id: '1', text: 'Looking.' }],
        [10, { type: 'tool-call', toolCallId: 'a', toolName: 'slow', input: {} }],
        [5, { type: 'tool-call', toolCallId: 'b', toolName: 'fast', input: {} }],
        [20, { type: 'tool-result', toolCallId: 'b', output: 1 }],
        [30, { type: 'tool-result', toolCallId: 'a', output: 2 }],
        [0, { type: 'finish-step', usage: { inputTokens: 5, outputTokens: 2 } }],
        [0, { type: 'start-step' }],
        [40, { type: 'text-delta', id: '2', text: 'Done.' }],
        [10, { type: 'finish-step', usage: { inputTokens: 9, outputTokens: 1 } }],
        [0, { type: 'finish', finishReason: 'stop' }],
      ],
      [
        ['fast', 115, 135, true],
        ['slow', 110, 165, true],
        ['model', 0, 100, 115, { inputTokens: 5, outputTokens: 2 }],
        ['model', 165, 205, 215, { inputTokens: 9, outputTokens: 1 }],
      ],
    ],
    [
      'a loop of one’s own: the next call of the model begins with the result of the tool',
      [
        [100, 'Looking.'],
        [10, { type: 'tool-call', toolCallId: 'a', toolName: 'weather', input: { city: 'Oslo' } }],
        [200, { type: 'tool-result', toolCallId: 'a', output: 3 }],
        [70, 'It is 3.'],
      ],
      [
        ['weather', 110, 310, true],
        ['model', 0, 100, 110, {}],
        ['model', 310, 380, 380, {}],
      ],
    ],
    [
      'a tool that fails',
      [
        [10, { type: 'tool-call', toolCallId: 'a', toolName: 'weather', input: {} }],
        [20, { type: 'tool-error', toolCallId: 'a', error: new RangeError('no such city') }],
      ],
      [
        ['weather', 10, 30, false],
        ['model', 0, 10, 10, {}],
      ],
    ],
    [
      'a tool of the provider, a call that a person decides, and one for the page: the agent runs none of them',
      [
        [10, { type: 'tool-call', toolCallId: 'a', toolName: 'search', input: {}, providerExecuted: true }],
        [10, { type: 'tool-result', toolCallId: 'a', output: 1, providerExecuted: true }],
        [10, { type: 'tool-call', toolCallId: 'b', toolName: 'pay', input: {} }],
        [0, { type: 'tool-approval-request', toolCallId: 'b', approvalId: 'x' }],
        [10, { type: 'tool-call', toolCallId: 'c', toolName: 'locate', input: {} }],
      ],
      [['model', 0, 10, 40, {}]],
    ],
    [
      'OpenAI’s chat completions, asked twice',
      [
        [10, completion('one', { content: 'Hm. ' })],
        [10, completion('one', {}, 'stop', { prompt_tokens: 3, completion_tokens: 1 })],
        [10, completion('two', { content: 'Yes.' })],
        [10, completion('two', {}, 'stop', { prompt_tokens: 4, completion_tokens: 2 })],
      ],
      [
        ['model', 0, 10, 30, { inputTokens: 3, outputTokens: 1 }],
        ['model', 30, 30, 40, { inputTokens: 4, outputTokens: 2 }],
      ],
    ],
  ])('%s', async (_, chunks, ran) => {
    expect(ranIn(await eventsOf(chunks))).toEqual(ran)
  })

  it('what failed says so: the model, and the tool that ran', async () => {
    const error = new Error('the connection broke')
    const events = await eventsOf(
      [[10, { type: 'tool-call', toolCallId: 'a', toolName: 'weather', input: { city: 'Oslo' } }]],
      error,
    )
    expect(events.filter(({ type }) => type === 'model-call' || type === 'tool-call')).toMatchObject([
      { type: 'tool-call', toolName: 'weather', input: '{"city":"Oslo"}', error },
      { type: 'model-call', error },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: { status: 'failed', error } })
  })
})

it('a tool’s own error is reported, and not the sentence for readers', async () => {
  const error = new RangeError('no such city')
  const events = await eventsOf([
    [10, { type: 'tool-call', toolCallId: 'a', toolName: 'weather', input: {} }],
    [20, { type: 'tool-error', toolCallId: 'a', error }],
  ])
  expect(events.find(({ type }) => type === 'tool-call')).toMatchObject({ error: { name: 'ToolError', cause: error } })
})

it('operations on the channel are reported, with how long they took', async () => {
  const clock = fakeClock()
  const events: AnswerEvent[] = []
  const server = fakeServer(clock, (kind, nth) =>
    kind === 'append' && nth === 0 ? { verdict: 'refused', delay: 7, code: 42_911 } : accepted,
  )
  const observer = { now: clock.now, traceparent, record: (event: AnswerEvent) => void events.push(event) }
  const stream = streamResponse(server, paced(clock, [[10, 'a']]) as Source, { clock, observer, onError: () => undefined })
  await clock.run(10_000)
  expect(await stream.finished).toMatchObject({ status: 'complete', repairs: 1 })
  const rejected = expect.objectContaining({ code: 42_911 })
  expect(events.filter(({ type }) => type === 'append' || type === 'repair' || type === 'rejected')).toEqual([
    // The end, which was sent behind the text and answered before it.
    { type: 'append', startedAt: 10, endedAt: 15, length: 0, error: undefined },
    { type: 'append', startedAt: 10, endedAt: 17, length: 1, error: rejected },
    { type: 'rejected', at: 17, operation: 'append', error: rejected },
    { type: 'repair', startedAt: 17, endedAt: 22, length: 1, error: undefined },
  ])
  expect(server.first()?.headers).toMatchObject({ traceparent, status: 'complete' })
})

function setup(options: Partial<AgentOptions> & Pick<AgentOptions, 'respond'>) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const started: StartedAnswer[] = []
  const events: AnswerEvent[] = []
  const closed: unknown[] = []
  const observe: AgentObserver = {
    answer(answer) {
      started.push(answer)
      return { traceparent, now: clock.now, record: (event) => void events.push(event) }
    },
    closed: (response) => void closed.push(response),
  }
  const agent = serveAgent({ channel: channel.agent(), clock, observe, onError: () => undefined, ...options })
  const answer = async (serial: string): Promise<Answer> => {
    const answered = agent.answer(serial)
    await clock.run(clock.now() + 40_000)
    const known = await answered
    if (known.type === 'answering') await known.finished
    return known
  }
  return { clock, channel, agent, started, events, closed, answer }
}

const text = async function* () {
  yield 'an answer'
}

describe('an agent', () => {
  it('names the trace of the prompt, and writes the observer’s into the response', async () => {
    const { channel, started, events, answer } = setup({ respond: text })
    const prompt = channel.publish({ clientId: 'ann', name: 'prompt', text: 'hello', headers: { role: 'user', traceparent } })
    await answer(prompt)
    expect(started).toMatchObject([
      { agent: 'agent', prompt: { id: prompt }, traceparent, kind: 'new', takesOver: false, waited: undefined },
    ])
    expect(channel.responses()[0]?.headers).toMatchObject({ traceparent, status: 'complete' })
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['asked', 'created', 'model-call', 'ended']))
  })

  it('ignores what is no trace context', async () => {
    const { channel, started, answer } = setup({ respond: text })
    await answer(
      channel.publish({
        clientId: 'ann',
        name: 'prompt',
        text: 'hello',
        headers: { role: 'user', traceparent: 'x'.repeat(9_000) },
      }),
    )
    expect(started).toMatchObject([{ traceparent: undefined }])
  })

  it('writes no header without an observer, and takes none from the prompt', async () => {
    const { channel, answer } = setup({ respond: text, observe: undefined })
    await answer(channel.publish({ clientId: 'ann', name: 'prompt', text: 'hello', headers: { role: 'user', traceparent } }))
    expect(channel.responses()[0]?.headers).not.toHaveProperty('traceparent')
  })

  it('does not disturb a response for an observer that throws, and reports it', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const broken = new Error('the observer is broken')
    const fail = () => {
      throw broken
    }
    for (const observe of [{ answer: fail }, { answer: () => ({ record: fail }) }]) {
      const { channel, answer } = setup({ respond: text, onError, observe })
      await answer(channel.prompt('hello'))
      expect(channel.responses()[0]).toMatchObject({ data: 'an answer', headers: { status: 'complete' } })
      expect(onError).toHaveBeenCalledWith(broken)
      onError.mockClear()
    }
  })

  it('says what it takes over, and what it ends for an agent that died', async () => {
    const regenerating = setup({ respond: text, recovery: 'regenerate' })
    const left = regenerating.channel.prompt('hello')
    regenerating.channel.leave({ replyTo: left, text: 'an', status: 'streaming' })
    await regenerating.clock.run(20_000)
    await regenerating.answer(left)
    expect(regenerating.started).toMatchObject([{ kind: 'again', takesOver: true }])

    const closing = setup({ respond: text })
    const prompt = closing.channel.prompt('hello')
    const response = closing.channel.leave({ replyTo: prompt, text: 'an', status: 'streaming' })
    void closing.agent.recover()
    await closing.clock.run(60_000)
    expect(closing.closed).toEqual([{ channelName: expect.any(String), responseId: response }])
  })

  it('calls `respond`, and pulls from its source, within the observer’s context', async () => {
    let depth = 0
    const seen: number[] = []
    const within = <Result>(work: () => Result): Result => {
      depth++
      try {
        return work()
      } finally {
        depth--
      }
    }
    const { channel, answer } = setup({
      respond() {
        seen.push(depth)
        return (async function* () {
          seen.push(depth)
          yield 'a'
        })()
      },
      observe: { answer: () => ({ within, record: () => undefined }) },
    })
    await answer(channel.prompt('hello'))
    expect(seen).toEqual([1, 1])
  })

  it('asks the model once, in spite of an observer that throws wherever it is called', async () => {
    const asked: string[] = []
    const broken = (): never => {
      throw new Error('the collector is down')
    }
    const errors: unknown[] = []
    const { channel, answer } = setup({
      onError: (error) => void errors.push(error),
      async *respond({ prompt }) {
        asked.push(prompt.text)
        yield 'a'
      },
      observe: { answer: () => ({ now: broken, within: broken, record: broken }) },
    })
    await answer(channel.prompt('hello'))
    expect(asked).toEqual(['hello'])
    expect(channel.responses()).toMatchObject([{ data: 'a', headers: { status: 'complete' } }])
    expect(new Set(errors.map(String))).toEqual(new Set(['Error: the collector is down']))
  })

  it('reports how long a response has waited for people', async () => {
    const { channel, clock, started, events, answer } = setup({
      async *respond({ continued }) {
        if (continued) return yield { type: 'tool-result', toolCallId: 'c1', output: 'paid' }
        yield { type: 'tool-call', toolCallId: 'c1', toolName: 'pay', input: { sum: 1 } }
        yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      },
    })
    const prompt = channel.prompt('pay', 'ann')
    await answer(prompt)
    const [response] = channel.responses()
    channel.answer({ response: response!.serial, call: 'c1', clientId: 'ann' })
    await clock.run(clock.now() + 10_000)
    expect(events.filter(({ type }) => type === 'ended')).toMatchObject([
      { outcome: { status: 'waiting' } },
      { outcome: { status: 'complete' } },
    ])
    expect(started).toMatchObject([{ kind: 'new' }, { kind: 'continued', takesOver: false, waited: expect.any(Number) }])
    expect(started[1]!.waited).toBeGreaterThanOrEqual(30_000)
    // The tool was run by the source that went on, and its name is known from before.
    expect(events.filter(({ type }) => type === 'tool-call')).toMatchObject([{ toolName: 'pay', output: '"paid"' }])
  })
})

function completion(id: string, delta: object, finish: string | null = null, usage?: object): object {
  return {
    id,
    object: 'chat.completion.chunk',
    model: 'gpt',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(usage && { usage }),
  }
}
