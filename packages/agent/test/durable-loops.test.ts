import * as fc from 'fast-check'
import { isStepCount, jsonSchema, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { expect, test } from 'vitest'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { Chunk, Clock, Task } from '../src/index.ts'
import { modelMessages } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import type { MemoryEngine, MemoryEngineOptions } from './memory-engine.ts'
import { memoryEngine } from './memory-engine.ts'

type Respond = MemoryEngineOptions['respond']

function place(respond: Respond, more: Pick<MemoryEngineOptions, 'options' | 'maxMessageSize'> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const engine: MemoryEngine = memoryEngine({ clock, channel, respond, ...more })
  async function responses(): Promise<readonly Message[]> {
    const reading = channel.agent().conversation()
    await clock.run(clock.now() + 5)
    return selectMessages(await reading).filter(({ role }) => role === 'assistant')
  }
  return { clock, channel, engine, responses }
}

const pause = (time: Clock, ms: number) => new Promise<void>((resolve) => time.after(ms, resolve))

/** Three steps, each of which is longer than a message may be. */
const long: Respond = (time) =>
  async function* respond({ stream }: Task): AsyncGenerator<Chunk, void> {
    async function* say(step: number): AsyncGenerator<Chunk, void> {
      for (let line = 1; line <= 40; line++) {
        await pause(time, 5)
        yield `step ${step}, line ${line}: ${'word '.repeat(10)}\n`
      }
    }
    for (let step = 1; step <= 3; step++) yield* stream('say', () => say(step))
  }

test('a response of several messages is written again in the same messages, wherever its process died', async () => {
  const limits = { maxMessageSize: 3_500 }
  const calm = place(long, limits)
  await calm.engine.work(calm.channel.prompt('go'), [])
  const [expected] = await calm.responses()
  expect(calm.channel.responses().length).toBeGreaterThan(2)
  for (let dieAt = 1; dieAt < calm.engine.operations; dieAt += 7.5) {
    const run = place(long, limits)
    await run.engine.work(run.channel.prompt('go'), [dieAt, dieAt / 2])
    const all = await run.responses()
    expect([dieAt, all.map(({ text, status }) => [text, status])]).toEqual([dieAt, [[expected!.text, 'complete']]])
    expect([dieAt, run.engine.errors]).toEqual([dieAt, []])
  }
}, 60_000)

test('a response that waited goes on in as many attempts as it takes, from where it waited', async () => {
  const executed: string[] = []
  const asks: Respond = (time) =>
    async function* respond({ continued, stream, execute }: Task): AsyncGenerator<Chunk, void> {
      async function* say(text: string): AsyncGenerator<Chunk, void> {
        for (const word of text.split(' ')) {
          await pause(time, 10)
          yield `${word} `
        }
      }
      for (const { toolCallId } of continued?.calls ?? []) {
        const output = await execute(toolCallId, async () => {
          executed.push(toolCallId)
          return 'sent'
        })
        yield { type: 'tool-result', toolCallId, output }
      }
      if (continued) return void (yield* stream('end', () => say('it was sent')))
      yield* stream('begin', () => say('I will ask'))
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: { to: 'you' } }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
    }

  async function go(lives: readonly number[]) {
    executed.splice(0)
    const run = place(asks, { options: { idempotent: ['send'] } })
    const prompt = run.channel.prompt('go')
    expect(await run.engine.work(prompt, [])).toMatchObject({ status: 'waiting' })
    const [{ id }] = (await run.responses()) as [Message]
    run.channel.answer({ response: id, call: 'c1' })
    expect([lives, await run.engine.work(prompt, lives)]).toMatchObject([lives, { status: 'complete' }])
    const all = await run.responses()
    expect([lives, all.length, all[0]?.id]).toEqual([lives, 1, id])
    return { response: all[0]!, operations: run.engine.operations, executed: executed.length }
  }

  const calm = await go([])
  for (let dieAt = 0.5; dieAt <= calm.operations + 1; dieAt += 0.5) {
    const { response, executed: times } = await go([dieAt])
    expect([dieAt, response.text]).toEqual([dieAt, calm.response.text])
    expect([dieAt, response.parts.map(({ type }) => type)]).toEqual([dieAt, calm.response.parts.map(({ type }) => type)])
    expect([dieAt, times <= 2]).toEqual([dieAt, true])
  }
}, 60_000)

/** The AI SDK names each text at random. */
function withoutIds({ parts }: Message): readonly object[] {
  return parts.map((part) => ({ ...part, id: undefined }))
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}

test('streamText of the AI SDK: no request and no tool that was recorded is repeated, and the text is the same', async () => {
  type Part = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never
  let asked: number[] = []
  let executed: string[] = []
  const sdk: Respond = (time) => {
    const model = new MockLanguageModelV4({
      doStream: async ({ prompt }) => {
        const step = prompt.filter(({ role }) => role === 'tool').length + 1
        asked.push(step)
        const calls = step < 3 ? [1, 2].map((n) => `c${step}${n}`) : []
        const input = JSON.stringify({ step })
        const parts: Part[] = [
          { type: 'stream-start', warnings: [] },
          { type: 'response-metadata', id: `r${step}`, timestamp: new Date(0), modelId: 'mock' },
          { type: 'text-start', id: '0' },
          ...Array.from({ length: 5 }, (_, n): Part => ({ type: 'text-delta', id: '0', delta: `${step}.${n} ` })),
          { type: 'text-end', id: '0' },
          ...calls.map((toolCallId): Part => ({ type: 'tool-call', toolCallId, toolName: 'look', input })),
          { type: 'finish', finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined }, usage },
        ]
        const waiting = [...parts]
        const stream = new ReadableStream<Part>({
          async pull(controller) {
            await pause(time, 5)
            const next = waiting.shift()
            if (next) controller.enqueue(next)
            else controller.close()
          },
        })
        return { stream }
      },
    })
    const look = tool({
      inputSchema: jsonSchema<{ step: number }>({ type: 'object', properties: { step: { type: 'number' } } }),
      async execute(_input, { toolCallId }) {
        executed.push(toolCallId)
        await pause(time, 15)
        return `found by ${toolCallId}`
      },
    })
    return ({ messages, signal, ...task }: Task) =>
      streamText({
        model: task.model(model),
        tools: task.tools({ look }),
        messages: modelMessages(messages),
        stopWhen: isStepCount(5),
        abortSignal: signal,
      })
  }

  async function go(lives: readonly number[]) {
    asked = []
    executed = []
    const run = place(sdk, { options: { idempotent: ['look'] } })
    expect([lives, await run.engine.work(run.channel.prompt('go'), lives)]).toMatchObject([lives, { status: 'complete' }])
    const all = await run.responses()
    expect([lives, all.length, run.engine.errors]).toEqual([lives, 1, []])
    return { response: all[0]!, operations: run.engine.operations }
  }

  const calm = await go([])
  expect([asked, executed]).toEqual([
    [1, 2, 3],
    ['c11', 'c12', 'c21', 'c22'],
  ])
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: calm.operations * 2 }), { minLength: 1, maxLength: 3 }),
      async (halves) => {
        const lives = halves.map((half) => half / 2)
        const { response } = await go(lives)
        expect([lives, response.text, withoutIds(response)]).toEqual([lives, calm.response.text, withoutIds(calm.response)])
        expect([lives, asked]).toEqual([lives, asked.toSorted()])
        expect([lives, asked.length <= 3 + lives.length, new Set(executed).size]).toEqual([lives, true, 4])
      },
    ),
    { numRuns: 30 },
  )
}, 60_000)
