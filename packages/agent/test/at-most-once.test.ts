import { describe, expect, test } from 'vitest'
import { selectMessages } from '@streamfold/core'
import type { AgentOptions, Chunk, Task } from '../src/index.ts'
import { openAIInput } from '../src/index.ts'
import { desk, soon } from './approval-setup.ts'

/** A response whose call is approved while a process runs that dies as it executes it. */
async function diedWhileExecuting(options: Partial<AgentOptions> = {}) {
  const all = desk()
  const { clock, channel, joinMortal, sent } = all
  const first = joinMortal(undefined, options)
  await soon(first.agent.answer(channel.prompt('invite')), clock)
  await clock.run(1_000)
  const { serial } = channel.responses()[0]!
  channel.answer({ response: serial, call: 'c1' })
  while (sent.length === 0) await clock.run(clock.now() + 1)
  first.die()
  return { ...all, serial }
}

describe('a call that was being executed when its agent died', () => {
  test.each(['close', 'regenerate'] as const)(
    'is not executed again (recovery %s): it may have run, and people and the model are told so',
    async (recovery) => {
      const { clock, join, response, sent, tasks } = await diedWhileExecuting()
      void join({ recovery }).recover()
      await clock.run(clock.now() + 30_000)
      expect(sent).toEqual(['c1'])
      const { status, parts } = await response()
      expect(status).toBe('complete')
      expect(parts[1]).toMatchObject({
        state: 'output-error',
        uncertain: true,
        errorText: 'the call may have run: check before you try again',
      })
      expect(tasks.at(-1)?.continued?.calls).toMatchObject([{ toolCallId: 'c1', approved: false, by: 'user' }])
      expect(openAIInput(tasks.at(-1)?.messages ?? []).at(-1)).toMatchObject({
        type: 'function_call_output',
        output: 'the call may have run: check before you try again',
      })
    },
  )

  test.each([{ idempotent: ['send'] }, { idempotent: (name: string) => name === 'send' }])(
    'is executed again where the tool allows it',
    async (options) => {
      const { clock, join, response, sent } = await diedWhileExecuting()
      void join(options).recover()
      await clock.run(clock.now() + 30_000)
      expect(sent).toEqual(['c1', 'c1'])
      expect((await response()).parts[1]).toMatchObject({ state: 'output-available', output: { sent: 'c1' } })
    },
  )

  test('is executed again where the tool allows it, also when the agent died as it wrote the result', async () => {
    const { clock, channel, join, joinMortal, response, sent } = desk()
    const first = joinMortal()
    await soon(first.agent.answer(channel.prompt('invite')), clock)
    await clock.run(1_000)
    const { serial } = channel.responses()[0]!
    channel.answer({ response: serial, call: 'c1' })
    // The head of the result is there, and not its body.
    while (!channel.responses()[0]!.data.includes('"output"')) await clock.run(clock.now() + 1)
    first.die()
    const { data, headers } = channel.responses()[0]!
    channel.rewrite(serial, data.slice(0, data.indexOf('\n', data.indexOf('"output"')) + 1), { ...headers, status: 'streaming' })
    void join({ idempotent: ['send'] }).recover()
    await clock.run(clock.now() + 30_000)
    expect(sent).toEqual(['c1', 'c1'])
    expect(await response()).toMatchObject({ status: 'complete', parts: [{}, { state: 'output-available' }, {}, {}] })
  })

  test('is not executed by the agent that was only taken for dead, once another has taken its response over', async () => {
    const { clock, channel, join, joinMortal, sent, response } = desk()
    const first = joinMortal()
    await soon(first.agent.answer(channel.prompt('invite')), clock)
    await clock.run(1_000)
    first.die()
    const { serial } = channel.responses()[0]!
    let held: (() => void) | undefined
    const slow = channel.agent()
    // The acknowledgement of its `run` is out for longer than others wait.
    const writer = {
      ...slow.writer,
      append: async (...given: Parameters<typeof slow.writer.append>) => {
        const answer = await slow.writer.append(...given)
        if (given[1].text.includes('"run"')) await new Promise<void>((resolve) => (held = resolve))
        return answer
      },
    }
    void join({ channel: { ...slow, writer }, heartbeat: Infinity }).recover()
    await clock.run(clock.now() + 100)
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(clock.now() + 20_000)
    expect(sent).toEqual([])
    void join().recover()
    await clock.run(clock.now() + 40_000)
    held?.()
    await clock.run(clock.now() + 10_000)
    // Whether the slow one has executed it nobody knows.
    expect(sent).toEqual([])
    expect((await response()).parts[1]).toMatchObject({ state: 'output-error', uncertain: true })
    expect((await response()).status).toBe('complete')
  })
})

describe('a tool that nobody approves', () => {
  function loop(sent: string[], gate: Promise<void>) {
    return async function* respond(task: Task): AsyncGenerator<Chunk, void> {
      if (task.continued) return yield 'Check your mail.'
      yield 'I will write. '
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'mail', input: {} }
      await task.run('c1')
      sent.push('c1')
      await gate
      yield { type: 'tool-result', toolCallId: 'c1', output: 'sent' }
      yield 'Done.'
    }
  }

  test('is executed when the response says so, and by no other agent that takes it over', async () => {
    const { clock, channel, joinMortal, join, sent, response } = desk()
    const never = new Promise<void>(() => undefined)
    const first = joinMortal(undefined, { respond: loop(sent, never) })
    await soon(first.agent.answer(channel.prompt('write')), clock)
    await clock.run(clock.now() + 1_000)
    expect(sent).toEqual(['c1'])
    expect((await response()).parts[1]).toMatchObject({ state: 'input-available', running: true })
    first.die()
    void join({ recovery: 'regenerate', respond: loop(sent, never) }).recover()
    await clock.run(clock.now() + 30_000)
    expect(sent).toEqual(['c1'])
    expect(await response()).toMatchObject({ status: 'complete', text: 'I will write. \n\nCheck your mail.' })
  })

  test('is not executed again by a retry of the response that failed behind it', async () => {
    const { clock, channel, join, sent, response, errors } = desk()
    let attempts = 0
    const respond = async function* (task: Task): AsyncGenerator<Chunk, void> {
      yield* loop(sent, Promise.resolve())(task)
      if (++attempts === 1) throw new Error('flaky')
    }
    const prompt = channel.prompt('write')
    const agent = join({ respond })
    await soon(agent.answer(prompt), clock)
    await clock.run(clock.now() + 1_000)
    expect(errors).toEqual([new Error('flaky')])
    expect((await response()).status).toBe('failed')
    await soon(agent.answer(prompt), clock)
    await clock.run(clock.now() + 1_000)
    expect(sent).toEqual(['c1'])
    expect(await response()).toMatchObject({ status: 'complete', text: 'I will write. \n\nDone.\n\nCheck your mail.' })
    expect(channel.responses()).toHaveLength(1)
  })

  test('is not executed where a person has not approved it', async () => {
    const { clock, channel, join, sent, errors } = desk()
    const respond = async function* (task: Task): AsyncGenerator<Chunk, void> {
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'mail', input: {} }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      await task.run('c1')
      sent.push('c1')
    }
    await soon(join({ respond }).answer(channel.prompt('write')), clock)
    await clock.run(clock.now() + 1_000)
    expect(sent).toEqual([])
    expect(String(errors)).toMatch(/unable to run the tool mail; nobody has approved the call/)
  })
})

test('a call is not executed again when an agent came too late with its claim, and died before it gave back what the other had written', async () => {
  const { clock, channel, join, sent, response } = desk()
  const agent = join()
  await soon(agent.answer(channel.prompt('invite')), clock)
  await clock.run(1_000)
  const { serial } = channel.responses()[0]!
  const late = channel.agent()
  const never = new Promise<never>(() => undefined)
  let isDead = false
  const writer = {
    ...late.writer,
    update: async (...given: Parameters<typeof late.writer.update>) => {
      if (isDead) return never
      await new Promise<void>((resolve) => clock.after(5_000, resolve))
      isDead = true
      void late.writer.update(...given)
      return never
    },
    append: () => never,
  }
  void join({ channel: { ...late, writer } }).recover()
  await clock.run(clock.now() + 1_000)
  channel.answer({ response: serial, call: 'c1' })
  await clock.run(clock.now() + 3_000)
  expect(await response()).toMatchObject({ status: 'complete' })
  await clock.run(clock.now() + 3_000)
  expect(await response()).toMatchObject({ status: 'streaming', parts: [{}, { state: 'approval-responded' }] })
  void join().recover()
  await clock.run(clock.now() + 60_000)
  expect(sent).toEqual(['c1'])
  expect(await response()).toMatchObject({ status: 'complete', parts: [{}, { state: 'output-error', uncertain: true }, {}, {}] })
})

test('an agent goes on with a response whose claim it lost to one that died behind its claim', async () => {
  const { clock, channel, join, sent, response } = desk()
  const asking = join()
  await soon(asking.answer(channel.prompt('invite')), clock)
  await clock.run(1_000)
  await asking.close()
  const { serial } = channel.responses()[0]!
  const dying = channel.agent()
  const never = new Promise<never>(() => undefined)
  let claims = 0
  const writer = {
    ...dying.writer,
    append: () => never,
    update: async (...given: Parameters<typeof dying.writer.update>) => {
      if (claims++ === 0) void dying.writer.update(...given)
      return never
    },
  }
  void join({ channel: { ...dying, writer }, heartbeat: Infinity }).recover()
  await clock.run(clock.now() + 100)
  void join().recover()
  await clock.run(clock.now() + 1_000)
  channel.answer({ response: serial, call: 'c1' })
  await clock.run(clock.now() + 60_000)
  expect(claims).toBeGreaterThan(0)
  // Its own claim came second: what the first one may have written before is not there any more.
  expect(sent).toEqual([])
  expect(await response()).toMatchObject({
    status: 'complete',
    text: 'I will ask. \n\ndone',
    parts: [{}, { uncertain: true }, {}, {}],
  })
})

test.each([
  ['complete', false],
  ['cancelled', true],
])(
  'a claim that was refused is not sent again where another agent was first meanwhile: the response is %s',
  async (status, isStopped) => {
    const { clock, channel, join, sent, response } = desk()
    const agent = join()
    const prompt = channel.prompt('invite')
    await soon(agent.answer(prompt), clock)
    await clock.run(1_000)
    const { serial } = channel.responses()[0]!
    const refused = channel.agent()
    const updates: string[] = []
    const writer = {
      ...refused.writer,
      update: async (...given: Parameters<typeof refused.writer.update>) => {
        updates.push(given[1].text)
        // The first agent has executed the call before it is answered.
        if (updates.length === 1) await new Promise<void>((resolve) => clock.after(30, resolve))
        if (updates.length === 1) throw new Error('try again')
        return refused.writer.update(...given)
      },
    }
    void join({ channel: { ...refused, writer } }).recover()
    await clock.run(clock.now() + 1_000)
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(clock.now() + 20)
    if (isStopped) channel.cancel(prompt)
    await clock.run(clock.now() + 30_000)
    expect(updates).toHaveLength(1)
    expect(sent).toEqual(['c1'])
    expect(await response()).toMatchObject({ status })
  },
)

test('an agent that comes too late with its claim gives back what the other has finished', async () => {
  const { clock, channel, join, sent, response } = desk()
  const agent = join()
  await soon(agent.answer(channel.prompt('invite')), clock)
  await clock.run(1_000)
  const { serial } = channel.responses()[0]!
  const late = channel.agent()
  let delayed = 0
  const writer = {
    ...late.writer,
    update: async (...given: Parameters<typeof late.writer.update>) => {
      // As on a connection that is lost for a while: the first operation arrives when all is over.
      if (delayed++ === 0) await new Promise<void>((resolve) => clock.after(5_000, resolve))
      return late.writer.update(...given)
    },
  }
  void join({ channel: { ...late, writer } }).recover()
  await clock.run(clock.now() + 1_000)
  channel.answer({ response: serial, call: 'c1' })
  await clock.run(clock.now() + 3_000)
  expect((await response()).status).toBe('complete')
  await clock.run(clock.now() + 30_000)
  expect(delayed).toBeGreaterThan(0)
  expect(sent).toEqual(['c1'])
  expect(await response()).toMatchObject({ status: 'complete', text: 'I will ask. \n\ndone' })
  const reading = channel.agent().conversation()
  await clock.run(clock.now() + 5)
  expect(selectMessages(await reading)).toHaveLength(2)
})
