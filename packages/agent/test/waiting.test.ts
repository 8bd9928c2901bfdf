import { describe, expect, test } from 'vitest'
import type { AgentOptions, AskedCall } from '../src/index.ts'
import { desk, soon } from './approval-setup.ts'

describe('a response whose calls wait for a person', () => {
  test('has the status waiting, and the agent has nothing more to do', async () => {
    const { clock, channel, join, response } = desk()
    const agent = join()
    const answer = await soon(agent.answer(channel.prompt('invite')), clock)
    await clock.run(60_000)
    if (answer.type !== 'answering') throw new Error(answer.type)
    expect(await answer.finished).toMatchObject({ status: 'waiting', text: 'I will ask. ' })
    expect(agent.working).toBe(0)
    expect(clock.pending()).toBe(0)
    expect((await response()).status).toBe('waiting')
  })

  test('is neither ended nor written again by recovery', async () => {
    const { clock, channel, join, response, tasks } = desk()
    await soon(join().answer(channel.prompt('invite')), clock)
    await clock.run(60_000)
    void join({ recovery: 'regenerate' }).recover()
    await clock.run(3_600_000)
    expect((await response()).status).toBe('waiting')
    expect(tasks).toHaveLength(1)
  })

  test('goes on in the same message when the author of the prompt approves', async () => {
    const { clock, channel, join, response, sent, tasks, errors } = desk()
    await soon(join().answer(channel.prompt('invite')), clock)
    await clock.run(1_000)
    const { serial } = channel.responses()[0]!
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(10_000)
    expect(errors).toEqual([])
    expect(sent).toEqual(['c1'])
    expect(channel.responses()).toHaveLength(1)
    const { status, parts, text } = await response()
    expect([status, text]).toEqual(['complete', 'I will ask. \n\ndone'])
    expect(parts.map(({ type }) => type)).toEqual(['text', 'tool-send', 'step-start', 'text'])
    expect(parts[1]).toMatchObject({
      state: 'output-available',
      output: { sent: 'c1' },
      approval: { approved: true, by: 'user' },
    })
    expect(tasks[1]?.continued?.calls).toMatchObject([
      { toolCallId: 'c1', toolName: 'send', input: { to: 'user 1' }, approved: true },
    ])
    expect(tasks[1]?.messages.at(-1)?.parts[1]).toMatchObject({ state: 'approval-responded', running: true })
  })
})

/** A response that waits, whose agent is gone. */
async function waiting(calls = 1, options: Partial<AgentOptions> = {}) {
  const all = desk({ calls })
  const { clock, channel, joinMortal } = all
  const first = joinMortal(undefined, options)
  const prompt = channel.prompt('invite')
  await soon(first.agent.answer(prompt), clock)
  await clock.run(clock.now() + 1_000)
  first.die()
  return { ...all, prompt, serial: channel.responses()[0]!.serial }
}

describe('while no agent runs', () => {
  test('an approval is kept: the next agent goes on at its start', async () => {
    const { clock, channel, join, response, sent, serial } = await waiting()
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(7_200_000)
    void join().recover()
    await clock.run(7_210_000)
    expect(sent).toEqual(['c1'])
    expect((await response()).status).toBe('complete')
    expect(channel.responses()).toHaveLength(1)
  })

  test.each(['continue', 'answer'] as const)('a call of %s goes on, once', async (how) => {
    const { clock, channel, join, response, sent, serial, prompt } = await waiting()
    const agent = join()
    const call = () => (how === 'continue' ? agent.continue(serial) : agent.answer(prompt))
    expect(await soon(call(), clock)).toMatchObject({ type: 'refused', reason: 'waiting', responseId: serial })
    channel.answer({ response: serial, call: 'c1' })
    const all = [call(), call(), call()]
    expect(await soon(all[0]!, clock)).toMatchObject({ type: 'answering', responseId: serial })
    await clock.run(clock.now() + 10_000)
    expect(sent).toEqual(['c1'])
    expect(await soon(call(), clock)).toMatchObject({ type: 'refused', reason: 'answered' })
    expect((await response()).status).toBe('complete')
  })
})

describe('of several people', () => {
  test('nobody but the author of the prompt decides', async () => {
    const { clock, channel, join, response, sent, serial } = await waiting()
    void join().recover()
    channel.answer({ response: serial, call: 'c1', clientId: 'mallory' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual([])
    channel.answer({ response: serial, call: 'c1', kind: 'deny', value: { reason: 'not now' } })
    channel.answer({ response: serial, call: 'c1', clientId: 'mallory' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual([])
    expect((await response()).parts[1]).toMatchObject({
      state: 'output-denied',
      approval: { approved: false, reason: 'not now', by: 'user' },
    })
  })

  test('those who are asked decide, each their call', async () => {
    const answerBy = ({ toolCallId }: AskedCall) => [toolCallId === 'c1' ? 'alice' : 'bob']
    const { clock, channel, join, response, sent, serial } = await waiting(2, { answerBy })
    void join().recover()
    channel.answer({ response: serial, call: 'c2', clientId: 'alice' })
    channel.answer({ response: serial, call: 'c2' })
    channel.answer({ response: serial, call: 'c1', clientId: 'alice' })
    await clock.run(clock.now() + 5_000)
    expect([sent, (await response()).status]).toEqual([[], 'waiting'])
    channel.answer({ response: serial, call: 'c2', clientId: 'bob' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual(['c1', 'c2'])
    const { parts } = await response()
    expect(parts.slice(1, 3)).toMatchObject([{ approval: { by: 'alice' } }, { approval: { by: 'bob' } }])
  })

  test('those whom the product permits decide', async () => {
    const permissions = { mayAnswer: (by: string | undefined) => (by === 'boss' ? true : undefined) }
    const { clock, channel, join, sent, serial } = await waiting()
    void join({ channel: channel.agent({ permissions }) }).recover()
    channel.answer({ response: serial, call: 'c1', clientId: 'boss' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual(['c1'])
  })
})

test('twenty approvals in one step: it goes on when the last of them is decided', async () => {
  const { clock, channel, join, response, sent, serial, tasks } = await waiting(20)
  void join().recover()
  for (let n = 1; n <= 19; n++) channel.answer({ response: serial, call: `c${n}`, kind: n % 5 === 0 ? 'deny' : 'approve' })
  await clock.run(clock.now() + 60_000)
  expect([sent, (await response()).status]).toEqual([[], 'waiting'])
  channel.answer({ response: serial, call: 'c20' })
  await clock.run(clock.now() + 60_000)
  expect(sent).toHaveLength(17)
  expect(new Set(sent).size).toBe(17)
  expect(tasks).toHaveLength(2)
  expect((await response()).status).toBe('complete')
  expect(channel.responses()).toHaveLength(1)
})

describe('an answer', () => {
  test('that was changed or deleted decides nothing', async () => {
    const { clock, channel, join, response, sent, serial } = await waiting()
    channel.rewrite(channel.answer({ response: serial, call: 'c1' }), '{}', { target: serial, call: 'c1', kind: 'approve' })
    channel.remove(channel.answer({ response: serial, call: 'c1', clientId: 'mallory' }))
    void join().recover()
    await clock.run(clock.now() + 5_000)
    expect([sent, (await response()).status]).toEqual([[], 'waiting'])
  })

  test('to another input than the one that is there decides nothing', async () => {
    const { clock, channel, join, sent, serial } = await waiting()
    void join().recover()
    channel.answer({ response: serial, call: 'c1', saw: '0123456789abcdef' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual([])
  })
})

describe('a cancel while it waits', () => {
  test.each(['prompt', 'response'] as const)('of the %s ends the response, and nothing is executed', async (which) => {
    const { clock, channel, join, response, sent, serial, prompt } = await waiting()
    void join().recover()
    await clock.run(clock.now() + 1_000)
    channel.cancel(which === 'prompt' ? prompt : serial, 'mallory')
    await clock.run(clock.now() + 5_000)
    expect((await response()).status).toBe('waiting')
    channel.cancel(which === 'prompt' ? prompt : serial)
    await clock.run(clock.now() + 5_000)
    expect(await response()).toMatchObject({ status: 'cancelled', text: 'I will ask. ' })
    expect((await response()).parts[1]).toMatchObject({ state: 'interrupted' })
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(clock.now() + 5_000)
    expect(sent).toEqual([])
  })

  test('so does the deletion of the prompt', async () => {
    const { clock, channel, join, response, prompt } = await waiting()
    void join().recover()
    await clock.run(clock.now() + 1_000)
    channel.remove(prompt)
    await clock.run(clock.now() + 5_000)
    expect((await response()).status).toBe('cancelled')
  })
})

describe('a call that is answered in time only', () => {
  test('is denied when that has passed, by an agent that is attached', async () => {
    const { clock, channel, join, response, sent } = desk()
    const agent = join({ answerWithin: 60_000 })
    await soon(agent.answer(channel.prompt('invite')), clock)
    await clock.run(59_000)
    expect((await response()).status).toBe('waiting')
    await clock.run(70_000)
    expect(await response()).toMatchObject({ status: 'complete', text: 'I will ask. \n\ndone' })
    expect((await response()).parts[1]).toMatchObject({
      state: 'output-denied',
      approval: { approved: false, auto: 'deadline', reason: 'nobody answered in time' },
    })
    expect(sent).toEqual([])
  })

  test('is denied by an agent that starts afterwards; an answer that came too late does not count', async () => {
    const { clock, channel, join, response, serial, sent } = await waiting(1, { answerWithin: 60_000 })
    await clock.run(70_000)
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(80_000)
    void join().recover()
    await clock.run(90_000)
    expect((await response()).parts[1]).toMatchObject({
      state: 'output-denied',
      approval: { late: [{ by: 'user', approved: true }] },
    })
    expect(sent).toEqual([])
  })
})

describe('two agents', () => {
  test('that see the answer at the same moment: one goes on', async () => {
    const { clock, channel, join, response, sent, serial, tasks } = await waiting()
    void join().recover()
    void join().recover()
    void join({ channel: channel.agent({ echo: false }) }).recover()
    await clock.run(clock.now() + 1_000)
    channel.answer({ response: serial, call: 'c1' })
    await clock.run(clock.now() + 20_000)
    expect(sent).toEqual(['c1'])
    expect(tasks).toHaveLength(2)
    expect(await response()).toMatchObject({ status: 'complete', text: 'I will ask. \n\ndone' })
  })
})
