import { isStepCount, jsonSchema, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { selectMessages, selectPromptStates } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Answer, Chunk, Task } from '../src/index.ts'
import { modelMessages, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { mortal } from './mortal.ts'

/** An agent whose answer has steps of 100 ms; before each it takes prompts in and says what they were. */
function desk({ steps = 3, permissions }: { readonly steps?: number; readonly permissions?: object } = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const asked: string[] = []
  const tasks: Task[] = []

  const loop = (time: Pick<FakeClock, 'after'>) =>
    async function* respond(task: Task): AsyncGenerator<Chunk, void> {
      asked.push(task.prompt.text)
      tasks.push(task)
      for (let step = 1; step <= steps; step++) {
        for (const { text } of await task.takeIn()) yield `[${text}] `
        yield `step ${step} `
        await new Promise<void>((resolve) => time.after(100, resolve))
      }
    }

  const port = () => channel.agent({ ...(permissions && { permissions }) })
  const join = (options: Partial<AgentOptions> = {}) => serveAgent({ channel: port(), respond: loop(clock), clock, ...options })
  return {
    clock,
    channel,
    asked,
    tasks,
    join,
    joinMortal(options: Partial<AgentOptions> = {}) {
      const life = mortal(port(), clock)
      return { ...life, agent: serveAgent({ channel: life.port, respond: loop(life.clock), clock: life.clock, ...options }) }
    },
    texts: () => channel.responses().map(({ data, headers }) => [textsIn(data), headers['status']]),
    async states() {
      const reading = channel.agent().conversation()
      await clock.run(clock.now() + 5)
      const states = selectPromptStates(await reading)
      return [...states.values()].toReversed()
    },
  }
}

/** What is not a head. */
function textsIn(data: string): string {
  // oxlint-disable-next-line no-control-regex -- A head begins with a control character.
  return data.replaceAll(/\u001e[^\n]*\n/gu, '')
}

const into = (target: string) => ({ role: 'user', into: target })

describe('a prompt that names the response that runs', () => {
  test('is taken in before the next step, once, and has no response of its own', async () => {
    const { clock, channel, asked, join, texts, states } = desk()
    const agent = join()
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    const steer = channel.publish({ clientId: 'user', name: 'prompt', text: 'and this', headers: into(response) })
    const answers: Answer[] = []
    void agent.answer(steer).then((answer) => answers.push(answer))
    await clock.run(5_000)
    expect(answers).toEqual([{ type: 'taken-in', responseId: response }])
    expect(texts()).toEqual([['step 1 [and this] step 2 step 3 ', 'complete']])
    expect(asked).toEqual(['one'])
    expect(await states()).toEqual(['answered', 'taken-in'])
    // A notification that comes late.
    const late = agent.answer(steer)
    await clock.run(6_000)
    expect(await late).toEqual({ type: 'taken-in', responseId: response })
  })

  test('is taken in although no agent was notified of it', async () => {
    const { clock, channel, join, texts } = desk()
    void join().answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    channel.publish({ clientId: 'user', name: 'prompt', text: 'and this', headers: into(response) })
    await clock.run(5_000)
    expect(texts()).toEqual([['step 1 [and this] step 2 step 3 ', 'complete']])
  })

  test('is answered afterwards, in order, when it comes too late', async () => {
    const { clock, channel, asked, join, texts, states } = desk({ steps: 1 })
    const agent = join()
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    for (const text of ['two', 'three'])
      void agent.answer(channel.publish({ clientId: 'user', name: 'prompt', text, headers: into(response) }))
    await clock.run(90)
    expect(await states()).toEqual(['answered', 'queued', 'queued'])
    await clock.run(5_000)
    expect(asked).toEqual(['one', 'two', 'three'])
    expect(texts().map(([, status]) => status)).toEqual(['complete', 'complete', 'complete'])
    expect(await states()).toEqual(['answered', 'answered', 'answered'])
  })

  test('of somebody else does not change the response, and is answered by itself', async () => {
    const { clock, channel, asked, join, texts } = desk()
    const agent = join()
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    void agent.answer(channel.publish({ clientId: 'other', name: 'prompt', text: 'hijack', headers: into(response) }))
    await clock.run(5_000)
    expect(asked).toEqual(['one', 'hijack'])
    expect(texts()).toEqual([
      ['step 1 step 2 step 3 ', 'complete'],
      ['step 1 step 2 step 3 ', 'complete'],
    ])
  })

  test('of somebody else is taken in where the product permits it', async () => {
    const { clock, channel, join, texts } = desk({ permissions: { maySteer: (by?: string) => by === 'other' || undefined } })
    const agent = join()
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    void agent.answer(channel.publish({ clientId: 'other', name: 'prompt', text: 'help', headers: into(response) }))
    await clock.run(5_000)
    expect(texts()).toEqual([['step 1 [help] step 2 step 3 ', 'complete']])
  })

  test('is answered by the next process when its agent dies before it takes it in', async () => {
    const { clock, channel, asked, join, joinMortal, states } = desk()
    const first = joinMortal()
    void first.agent.answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    channel.publish({ clientId: 'user', name: 'prompt', text: 'and this', headers: into(response) })
    first.die()
    void join().recover()
    await clock.run(60_000)
    expect(asked).toEqual(['one', 'and this'])
    expect(await states()).toEqual(['answered', 'answered'])
  })

  test('is not taken in by a second response: one that failed is written again behind the one that took it in', async () => {
    const { clock, channel, join, texts, states } = desk()
    const failed = channel.prompt('one')
    channel.leave({ replyTo: failed, text: '', status: 'failed' })
    const agent = join({ prompts: 'steer' })
    void agent.answer(channel.prompt('two'))
    await clock.run(50)
    void agent.answer(channel.prompt('three'))
    await clock.run(5_000)
    expect(await states()).toEqual(['answered', 'answered', 'taken-in'])
    void agent.answer(failed)
    await clock.run(10_000)
    expect(texts()).toEqual([
      ['step 1 step 2 step 3 ', 'complete'],
      ['step 1 [three] step 2 step 3 ', 'complete'],
    ])
  })

  test('has no response of its own that another agent was about to create', async () => {
    const { clock, channel, join, texts, states } = desk()
    const port = channel.agent()
    let creates = 0
    const writer = {
      ...port.writer,
      create: async (...given: Parameters<typeof port.writer.create>) => {
        // The service is out of order for as long as the other agent needs to take the prompt in.
        if (creates++ === 0) await new Promise<void>((resolve) => clock.after(200, resolve))
        if (creates === 1) throw new Error('try again')
        return port.writer.create(...given)
      },
    }
    void join().answer(channel.prompt('one'))
    await clock.run(50)
    const steer = channel.publish({
      clientId: 'user',
      name: 'prompt',
      text: 'and this',
      headers: into(channel.responses()[0]!.serial),
    })
    // It does not know the response that runs, as one that was attached a moment ago.
    const other = channel.agent()
    let reads = 0
    const conversation = async (): ReturnType<typeof other.conversation> => {
      const known = await other.conversation()
      if (reads++ > 0) return known
      const { base, recent } = known.records
      const isOther = ({ role }: { role: string }): boolean => role !== 'assistant'
      return { ...known, records: { base: base.filter(isOther), recent: recent.filter(isOther) } }
    }
    const answer = join({ channel: { ...other, writer, conversation } }).answer(steer)
    await clock.run(5_000)
    expect(creates).toBe(1)
    expect(await answer).toMatchObject({ type: 'taken-in' })
    expect(texts()).toEqual([['step 1 [and this] step 2 step 3 ', 'complete']])
    expect(await states()).toEqual(['answered', 'taken-in'])
  })

  test('has one end if another agent answers it at the moment at which it is taken in', async () => {
    const ends: string[] = []
    for (let createdAt = 90; createdAt < 115; createdAt++) {
      const { clock, channel, asked, join, texts, states } = desk()
      void join().answer(channel.prompt('one'))
      await clock.run(50)
      const headers = into(channel.responses()[0]!.serial)
      const steer = channel.publish({ clientId: 'user', name: 'prompt', text: 'and this', headers })
      const other = channel.agent()
      let reads = 0
      // It does not know yet that the response runs, and its create travels for a while.
      const conversation = async (): ReturnType<typeof other.conversation> => {
        const known = await other.conversation()
        if (reads++ > 0) return known
        const isOther = ({ role }: { role: string }): boolean => role !== 'assistant'
        const { base, recent } = known.records
        return { ...known, records: { base: base.filter(isOther), recent: recent.filter(isOther) } }
      }
      const create: typeof other.writer.create = async (draft) => {
        await new Promise<void>((resolve) => clock.after(createdAt - clock.now(), resolve))
        return other.writer.create(draft)
      }
      void join({ channel: { ...other, writer: { ...other.writer, create }, conversation } }).answer(steer)
      await clock.run(90_000)
      const [, state] = await states()
      const isTaken = state === 'taken-in'
      expect(texts()[0]).toEqual([`step 1 ${isTaken ? '[and this] ' : ''}step 2 step 3 `, 'complete'])
      expect(asked).toEqual(isTaken ? ['one'] : ['one', 'and this'])
      expect(await states()).toEqual(['answered', isTaken ? 'taken-in' : 'answered'])
      const reading = channel.agent().conversation()
      await clock.run(clock.now() + 5)
      const shown = selectMessages(await reading).filter(({ role }) => role === 'assistant')
      expect(shown).toHaveLength(isTaken ? 1 : 2)
      const isGivenOver = channel.responses().length > shown.length
      const hasLeft = channel.responses()[0]!.data.includes('"left"')
      ends.push(`${state}${isGivenOver ? ', given over' : ''}${hasLeft ? ', left' : ''}`)
    }
    expect(new Set(ends)).toEqual(new Set(['answered', 'answered, left', 'taken-in, given over']))
  })

  test('that was withdrawn is not taken in', async () => {
    const { clock, channel, join, texts, states } = desk()
    void join().answer(channel.prompt('one'))
    await clock.run(50)
    const response = channel.responses()[0]!.serial
    channel.remove(channel.publish({ clientId: 'user', name: 'prompt', text: 'no', headers: into(response) }))
    await clock.run(5_000)
    expect(texts()).toEqual([['step 1 step 2 step 3 ', 'complete']])
    expect(await states()).toEqual(['answered', 'withdrawn'])
  })
})

test('with the order `steer`, a prompt of the same person is taken in without a header', async () => {
  const { clock, channel, join, texts, states } = desk()
  const agent = join({ prompts: 'steer' })
  void agent.answer(channel.prompt('one'))
  await clock.run(50)
  void agent.answer(channel.prompt('two'))
  void agent.answer(channel.prompt('mine', 'other'))
  await clock.run(5_000)
  expect(texts()).toEqual([
    ['step 1 [two] step 2 step 3 ', 'complete'],
    ['step 1 step 2 step 3 ', 'complete'],
  ])
  expect(await states()).toEqual(['answered', 'taken-in', 'answered'])
})

describe('a prompt in the queue', () => {
  test('is answered as it is when its turn comes', async () => {
    const { clock, channel, asked, join, states } = desk()
    const agent = join({ prompts: 'queue' })
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const second = channel.prompt('two')
    void agent.answer(second)
    await clock.run(60)
    expect(await states()).toEqual(['answered', 'queued'])
    channel.rewrite(second, 'edited', { role: 'user' })
    await clock.run(5_000)
    expect(asked).toEqual(['one', 'edited'])
  })

  test('that is withdrawn has no response, and does not hold up the next one', async () => {
    const { clock, channel, asked, join, states } = desk()
    const agent = join({ prompts: 'queue' })
    void agent.answer(channel.prompt('one'))
    await clock.run(50)
    const second = channel.prompt('two')
    const answer = agent.answer(second)
    void agent.answer(channel.prompt('three'))
    await clock.run(60)
    channel.remove(second)
    await clock.run(5_000)
    expect(await answer).toMatchObject({ type: 'refused', reason: 'unknown-prompt' })
    expect(asked).toEqual(['one', 'three'])
    expect(channel.responses()).toHaveLength(2)
    expect(await states()).toEqual(['answered', 'withdrawn', 'answered'])
  })

  test.each(['is closed', 'dies'])('is answered by the next process when its agent %s', async (how) => {
    const { clock, channel, asked, join, joinMortal, states } = desk()
    const first = joinMortal({ prompts: 'queue' })
    void first.agent.answer(channel.prompt('one'))
    await clock.run(50)
    const answer = first.agent.answer(channel.prompt('two'))
    await clock.run(60)
    if (how === 'dies') first.die()
    else {
      void first.agent.close()
      await clock.run(100)
      expect(await answer).toMatchObject({ type: 'refused', reason: 'closed' })
    }
    void join({ prompts: 'queue' }).recover()
    await clock.run(60_000)
    expect(asked).toEqual(['one', 'two'])
    expect(await states()).toEqual(['answered', 'answered'])
  })
})

test('the AI SDK takes prompts in before its next step, through `prepareStep`', async () => {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  const prompts: unknown[] = []
  const model = new MockLanguageModelV4({
    doStream: async ({ prompt }) => {
      const first = prompts.push(prompt) === 1
      const parts = first
        ? [{ type: 'tool-call', toolCallId: 'c1', toolName: 'wait', input: '{}' } as const]
        : ([
            { type: 'text-start', id: '0' },
            { type: 'text-delta', id: '0', delta: 'done' },
            { type: 'text-end', id: '0' },
          ] as const)
      const reason = first ? 'tool-calls' : 'stop'
      return {
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: 'stream-start', warnings: [] })
            for (const part of parts) controller.enqueue(part)
            controller.enqueue({ type: 'finish', finishReason: { unified: reason, raw: reason }, usage })
            controller.close()
          },
        }),
      }
    },
  })
  const wait = tool({
    inputSchema: jsonSchema<object>({ type: 'object', properties: {} }),
    execute: async () => {
      await new Promise<void>((resolve) => clock.after(100, resolve))
      return { waited: true }
    },
  })
  const agent = serveAgent({
    channel: channel.agent(),
    clock,
    respond: ({ messages, signal, prepareStep }) =>
      streamText({
        model,
        tools: { wait },
        messages: modelMessages(messages),
        stopWhen: isStepCount(3),
        abortSignal: signal,
        prepareStep,
      }),
  })
  void agent.answer(channel.prompt('one'))
  const until = async (holds: () => boolean) => {
    for (let i = 0; !holds() && i < 2_000; i++) await clock.run(clock.now() + 1)
    expect(holds()).toBe(true)
  }
  await until(() => prompts.length === 1 && channel.responses().length === 1)
  const response = channel.responses()[0]!.serial
  channel.publish({ clientId: 'user', name: 'prompt', text: 'and this', headers: into(response) })
  await until(() => channel.responses()[0]!.headers['status'] === 'complete')
  expect(prompts).toHaveLength(2)
  expect(JSON.stringify(prompts[1])).toContain('and this')
  const reading = channel.agent().conversation()
  await clock.run(clock.now() + 5)
  const parts = selectMessages(await reading).find(({ role }) => role === 'assistant')!.parts
  expect(parts.map(({ type }) => type)).toEqual(['tool-wait', 'steering-message', 'step-start', 'text'])
})
