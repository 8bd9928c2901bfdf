import { isStepCount, jsonSchema, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { Agent, Task } from '../src/index.ts'
import { modelMessages, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'

type Part = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}

function step(parts: readonly Part[], reason: 'stop' | 'tool-calls'): ReadableStream<Part> {
  const all: Part[] = [
    { type: 'stream-start', warnings: [] },
    ...parts,
    { type: 'finish', finishReason: { unified: reason, raw: reason }, usage },
  ]
  return new ReadableStream({
    start(controller) {
      for (const part of all) controller.enqueue(part)
      controller.close()
    },
  })
}

const call = (toolCallId: string, toolName: string, input: object): Part => ({
  type: 'tool-call',
  toolCallId,
  toolName,
  input: JSON.stringify(input),
})

const say = (text: string): readonly Part[] => [
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: text },
  { type: 'text-end', id: '0' },
]

/** A model that gives these steps, one request after the other, and an agent that hands its tools to `streamText` as they are. */
function desk(steps: readonly (readonly Part[])[]) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const sent: unknown[] = []
  const errors: unknown[] = []
  let asked = 0
  const model = new MockLanguageModelV4({
    doStream: async () => {
      const parts = steps[asked++] ?? say('no more')
      return { stream: step(parts, parts.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop') }
    },
  })
  const tools = {
    send: tool({
      inputSchema: jsonSchema<{ to: string }>({ type: 'object', properties: { to: { type: 'string' } } }),
      needsApproval: true,
      execute: async (input) => {
        sent.push(input)
        return { sent: true }
      },
    }),
    log: tool({
      inputSchema: jsonSchema<{ what: string }>({ type: 'object', properties: { what: { type: 'string' } } }),
      execute: async (input) => {
        sent.push(input)
        return 'logged'
      },
    }),
    timeZone: tool({ inputSchema: jsonSchema<object>({ type: 'object' }), outputSchema: jsonSchema<string>({ type: 'string' }) }),
  }
  const respond = (task: Task) =>
    streamText({
      model,
      messages: modelMessages(task.messages),
      tools: task.tools(tools),
      stopWhen: isStepCount(5),
      abortSignal: task.signal,
      onError: () => undefined,
    })
  const join = (): Agent => serveAgent({ channel: channel.agent(), respond, clock, onError: (error) => errors.push(error) })

  async function settle(): Promise<Message> {
    for (let n = 0; n < 60; n++) {
      await clock.run(clock.now() + 20)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const reading = channel.agent().conversation()
    await clock.run(clock.now() + 5)
    return selectMessages(await reading).find(({ role }) => role === 'assistant')!
  }

  return { clock, channel, sent, errors, model, join, settle }
}

const typesIn = ({ parts }: Message) => parts.map(({ type }) => type)

describe('streamText with the tools as they are', () => {
  test('a tool that needs an approval is executed once, in the same response', async () => {
    const { channel, sent, errors, model, join, settle } = desk([
      [...say('I will invite her.'), call('c1', 'send', { to: 'ada' })],
      say('She is invited.'),
    ])
    void join().answer(channel.prompt('invite ada'))
    const asking = await settle()
    expect([asking.status, sent]).toEqual(['waiting', []])
    expect(asking.parts.at(-1)).toMatchObject({ state: 'approval-requested', input: { to: 'ada' } })
    channel.answer({ response: asking.id, call: 'c1' })
    const done = await settle()
    expect(errors).toEqual([])
    expect(sent).toEqual([{ to: 'ada' }])
    expect(channel.responses()).toHaveLength(1)
    expect([done.status, done.text]).toEqual(['complete', 'I will invite her.\n\nShe is invited.'])
    expect(typesIn(done)).toEqual(['text', 'tool-send', 'step-start', 'text'])
    expect(done.parts[1]).toMatchObject({ state: 'output-available', output: { sent: true }, approval: { by: 'user' } })
    expect(model.doStreamCalls[1]?.prompt.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ type: 'text' }, { type: 'tool-call', toolCallId: 'c1' }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', output: { type: 'json', value: { sent: true } } }] },
    ])
  })

  test('one that is denied is not executed, and the model is told the reason', async () => {
    const { channel, sent, errors, model, join, settle } = desk([[call('c1', 'send', { to: 'ada' })], say('Then not.')])
    void join().answer(channel.prompt('invite ada'))
    const { id } = await settle()
    channel.answer({ response: id, call: 'c1', kind: 'deny', value: { reason: 'she is away' } })
    const done = await settle()
    expect([sent, errors]).toEqual([[], []])
    expect(done).toMatchObject({ status: 'complete', text: 'Then not.' })
    expect(done.parts[0]).toMatchObject({ state: 'output-denied', approval: { reason: 'she is away' } })
    expect(model.doStreamCalls[1]?.prompt.at(-1)).toMatchObject({
      role: 'tool',
      content: [{ type: 'tool-result', output: { type: 'execution-denied', reason: 'she is away' } }],
    })
  })

  test('a tool without execute is run by a page, and others in the same step by the agent', async () => {
    const { channel, sent, errors, model, join, settle } = desk([
      [call('c1', 'timeZone', {}), call('c2', 'log', { what: 'asked' }), call('c3', 'send', { to: 'ada' })],
      say('It is noon there.'),
    ])
    void join().answer(channel.prompt('when?'))
    const asking = await settle()
    expect([asking.status, sent]).toEqual(['waiting', [{ what: 'asked' }]])
    expect(asking.parts.map((part) => ('state' in part ? part.state : part.type))).toEqual([
      'input-available',
      'output-available',
      'approval-requested',
    ])
    expect(asking.parts[0]).toMatchObject({ wanted: {} })
    channel.answer({ response: asking.id, call: 'c3' })
    expect((await settle()).status).toBe('waiting')
    channel.answer({ response: asking.id, call: 'c1', kind: 'output', value: 'Europe/Paris' })
    const done = await settle()
    expect(errors).toEqual([])
    expect(sent).toEqual([{ what: 'asked' }, { to: 'ada' }])
    expect(done).toMatchObject({ status: 'complete', text: 'It is noon there.' })
    expect(done.parts[0]).toMatchObject({ state: 'output-available', output: 'Europe/Paris', wanted: { by: 'user' } })
    const { content = [] } = model.doStreamCalls[1]?.prompt.at(-1) ?? {}
    expect(Array.isArray(content) && content.map((part) => 'toolCallId' in part && part.toolCallId).toSorted()).toEqual([
      'c1',
      'c2',
      'c3',
    ])
  })

  test('it asks again in a later step of the same response', async () => {
    const { channel, sent, errors, join, settle } = desk([
      [call('c1', 'send', { to: 'ada' })],
      [call('c1', 'send', { to: 'bob' })],
      say('Both are invited.'),
    ])
    void join().answer(channel.prompt('invite both'))
    const { id } = await settle()
    channel.answer({ response: id, call: 'c1' })
    const again = await settle()
    expect([again.status, sent]).toEqual(['waiting', [{ to: 'ada' }]])
    channel.answer({ response: id, call: 'c1-2' })
    const done = await settle()
    expect(errors).toEqual([])
    expect(sent).toEqual([{ to: 'ada' }, { to: 'bob' }])
    expect(done).toMatchObject({ status: 'complete', text: 'Both are invited.' })
    expect(channel.responses()).toHaveLength(1)
  })

  test('each call says that it is executed before it is', async () => {
    const { channel, join, settle } = desk([[call('c1', 'log', { what: 'x' })], say('Done.')])
    void join().answer(channel.prompt('log x'))
    await settle()
    const data = channel.responses()[0]?.data ?? ''
    expect(data.indexOf('"type":"run"')).toBeGreaterThan(data.indexOf('"type":"tool"'))
    expect(data.indexOf('"type":"run"')).toBeLessThan(data.indexOf('"type":"output"'))
  })
})
