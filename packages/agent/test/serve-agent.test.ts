import { describe, expect, test, vi } from 'vitest'
import type { AgentOptions, Answer, Task } from '../src/index.ts'
import { responseId, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource, pieces } from './fake-source.ts'

function setup(options: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const tasks: Task[] = []
  const port = channel.agent()
  const respond = (task: Task) => {
    tasks.push(task)
    return fakeSource(
      clock,
      ['an', ' ans', 'wer'].map((text) => ({ text, delay: 30 })),
    )
  }
  const agent = serveAgent({ channel: port, respond, clock, ...options })
  return { clock, channel, port, agent, tasks }
}

async function soon(answer: Promise<Answer>, clock: { run(until: number): Promise<void>; now(): number }): Promise<Answer> {
  const known: Answer[] = []
  void answer.then((it) => known.push(it))
  for (let i = 0; known.length === 0 && i < 1_000; i++) await clock.run(clock.now() + 5)
  return known[0]!
}

async function outcomeOf(answer: Answer, clock: { run(until: number): Promise<void>; now(): number }) {
  if (answer.type !== 'answering') throw new Error(answer.type)
  await clock.run(clock.now() + 30_000)
  return answer.finished
}

describe('answering', () => {
  test('writes one response to the prompt, from the conversation so far', async () => {
    const { clock, channel, agent, tasks } = setup()
    const first = channel.prompt('hello')
    await outcomeOf(await soon(agent.answer(first), clock), clock)
    const second = channel.prompt('and now?')
    channel.prompt('a later prompt')
    const answer = await soon(agent.answer(second), clock)
    expect(await outcomeOf(answer, clock)).toMatchObject({ status: 'complete', text: 'an answer' })
    expect(tasks[1]?.messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'hello'],
      ['assistant', 'an answer'],
      ['user', 'and now?'],
    ])
    expect(tasks[1]?.prompt.text).toBe('and now?')
    const response = channel.responses()[1]
    expect(answer).toMatchObject({ type: 'answering', responseId: response?.serial })
    expect(response).toMatchObject({
      id: responseId(second),
      data: 'an answer',
      headers: { status: 'complete', 'reply-to': second },
    })
  })

  test('the same prompt again, while it is answered, gets the same response', async () => {
    const { clock, channel, agent, tasks } = setup()
    const prompt = channel.prompt('hello')
    const all = [agent.answer(prompt), agent.answer(prompt), agent.answer(prompt)]
    const ids = await Promise.all(all.map((answer) => soon(answer, clock)))
    await outcomeOf(ids[0]!, clock)
    expect(new Set(ids.map((answer) => answer.type === 'answering' && answer.responseId)).size).toBe(1)
    expect(channel.responses()).toHaveLength(1)
    expect(tasks).toHaveLength(1)
    expect(agent.working).toBe(0)
  })

  test('two agents asked at once make one response, written by one of them', async () => {
    const { clock, channel, agent } = setup()
    const other = serveAgent({ channel: channel.agent(), respond: () => fakeSource(clock, pieces('another', ' text')), clock })
    const prompt = channel.prompt('hello')
    const answers = [agent.answer(prompt), other.answer(prompt)]
    const both = await Promise.all(answers.map((answer) => soon(answer, clock)))
    const outcomes = await Promise.all(both.map((answer) => outcomeOf(answer, clock)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['complete', 'superseded'])
    expect(channel.responses()).toHaveLength(1)
    expect(channel.responses()[0]?.data).toBe(outcomes.find(({ status }) => status === 'complete')?.text)
  })

  test('is present while it works', async () => {
    const { clock, channel, port, agent } = setup()
    const prompt = channel.prompt('hello')
    const answer = await soon(agent.answer(prompt), clock)
    await outcomeOf(answer, clock)
    const response = channel.responses()[0]?.serial
    expect(port.announced).toEqual([{ answering: [{ prompt }] }, { answering: [{ prompt, response }] }, undefined])
  })

  test('a model that fails makes the response failed', async () => {
    for (const respond of [
      () => Promise.reject(new Error('no model')),
      () => {
        throw new Error('no model')
      },
    ]) {
      const onError = vi.fn<(error: unknown) => void>()
      const { clock, channel, agent } = setup({ respond, onError })
      const answer = await soon(agent.answer(channel.prompt('hello')), clock)
      expect(await outcomeOf(answer, clock)).toMatchObject({ status: 'failed', text: '' })
      expect(channel.responses()[0]?.headers).toMatchObject({ status: 'failed', error: 'the model failed' })
      expect(onError.mock.calls).toEqual([[new Error('no model')]])
    }
  })
})

describe('refusing', () => {
  test('what is not there, not a prompt, deleted or answered', async () => {
    const { clock, channel, agent } = setup()
    expect(await soon(agent.answer('nope'), clock)).toMatchObject({ type: 'refused', reason: 'unknown-prompt' })
    const prompt = channel.prompt('hello')
    await outcomeOf(await soon(agent.answer(prompt), clock), clock)
    expect(await soon(agent.answer(prompt), clock)).toMatchObject({
      type: 'refused',
      reason: 'answered',
      responseId: channel.responses()[0]?.serial,
    })
    const response = channel.responses()[0]!.serial
    expect(await soon(agent.answer(response), clock)).toMatchObject({ type: 'refused', reason: 'not-a-prompt' })
  })

  test('a channel that cannot be read; the next call of answer tries again', async () => {
    const { clock, channel, port, agent } = setup()
    const prompt = channel.prompt('hello')
    port.history.failing = true
    expect(await soon(agent.answer(prompt), clock)).toMatchObject({ type: 'refused', reason: 'unavailable' })
    port.history.failing = false
    expect(await soon(agent.answer(prompt), clock)).toMatchObject({ type: 'answering' })
  })

  test('after it was closed; what was under way ends as failed', async () => {
    const { clock, channel, port, agent } = setup()
    const answer = await soon(agent.answer(channel.prompt('hello')), clock)
    await clock.run(clock.now() + 40)
    const closing = agent.close()
    expect(await outcomeOf(answer, clock)).toMatchObject({ status: 'failed', text: 'an' })
    await closing
    expect(channel.responses()[0]?.headers).toMatchObject({ status: 'failed', error: 'the agent was stopped' })
    expect(port.announced.at(-1)).toBeUndefined()
    expect(await agent.answer('any')).toMatchObject({ type: 'refused', reason: 'closed' })
  })
})

describe('stopping', () => {
  test.each(['prompt', 'response'] as const)('a cancel that names the %s aborts the model', async (which) => {
    const { clock, channel, agent, tasks } = setup()
    const prompt = channel.prompt('hello')
    const answer = await soon(agent.answer(prompt), clock)
    await clock.run(clock.now() + 40)
    channel.cancel(which === 'prompt' ? prompt : channel.responses()[0]!.serial)
    await clock.run(clock.now() + 2)
    expect(tasks[0]?.signal.aborted).toBe(true)
    expect(await outcomeOf(answer, clock)).toEqual({ status: 'cancelled', text: 'an', repairs: 0 })
    expect(channel.responses()[0]).toMatchObject({ data: 'an', headers: { status: 'cancelled' } })
  })

  test('a cancel that comes before the call of answer is honoured, without asking the model', async () => {
    const { clock, channel, agent, tasks } = setup()
    await outcomeOf(await soon(agent.answer(channel.prompt('first')), clock), clock)
    const prompt = channel.prompt('second')
    channel.cancel(prompt)
    await clock.run(clock.now() + 10)
    expect(await outcomeOf(await soon(agent.answer(prompt), clock), clock)).toMatchObject({ status: 'cancelled', text: '' })
    expect(tasks).toHaveLength(1)
    expect(channel.responses()[1]?.headers['status']).toBe('cancelled')
  })

  test('a cancel that comes as the response ends does not kill a retry', async () => {
    let attempts = 0
    const clock = fakeClock()
    const channel = fakeChannel(clock)
    const respond = () => fakeSource(clock, pieces('text'), ++attempts === 1 ? new Error('flaky') : undefined)
    const agent = serveAgent({ channel: channel.agent(), respond, clock })
    const prompt = channel.prompt('hello')
    expect(await outcomeOf(await soon(agent.answer(prompt), clock), clock)).toMatchObject({ status: 'failed' })
    channel.cancel(prompt)
    await clock.run(clock.now() + 10)
    expect(await outcomeOf(await soon(agent.answer(prompt), clock), clock)).toMatchObject({ status: 'complete', text: 'text' })
    expect(channel.responses()).toMatchObject([{ data: 'text', headers: { status: 'complete' } }])
  })

  test.each(['prompt', 'response'] as const)(
    'deleting the %s stops the model, and nothing is written any more',
    async (which) => {
      const { clock, channel, agent, tasks } = setup()
      const prompt = channel.prompt('hello')
      const answer = await soon(agent.answer(prompt), clock)
      await clock.run(clock.now() + 40)
      const response = channel.responses()[0]!
      channel.remove(which === 'prompt' ? prompt : response.serial)
      const { version } = response
      await outcomeOf(answer, clock)
      expect(tasks[0]?.signal.aborted).toBe(true)
      expect(response.version).toBe(version)
    },
  )
})

describe('after a crash', () => {
  test('a call of answer writes an abandoned response again, in its place', async () => {
    const { clock, channel, agent } = setup()
    const prompt = channel.prompt('hello')
    channel.leave({ replyTo: prompt, text: 'half an ans', status: 'streaming' })
    expect(await soon(agent.answer(prompt), clock)).toMatchObject({ type: 'refused', reason: 'answered' })
    await clock.run(20_000)
    expect(await outcomeOf(await soon(agent.answer(prompt), clock), clock)).toMatchObject({ status: 'complete' })
    expect(channel.responses()).toMatchObject([{ data: 'an answer', headers: { status: 'complete' } }])
  })

  test('a cancel of the attempt that failed is not one of the retry, even when it is heard again', async () => {
    const { clock, channel, agent } = setup()
    const prompt = channel.prompt('hello')
    channel.cancel(prompt)
    await clock.run(1_000)
    channel.leave({ replyTo: prompt, text: 'half', status: 'failed' })
    await clock.run(2_000)
    const answer = agent.answer(prompt)
    channel.deliverAgain() // rewind, at attach
    expect(await outcomeOf(await soon(answer, clock), clock)).toMatchObject({ status: 'complete', text: 'an answer' })
  })

  test('a cancel heard again at attach stops a prompt that has no answer yet', async () => {
    const { clock, channel, agent, tasks } = setup()
    const prompt = channel.prompt('hello')
    channel.cancel(prompt)
    await clock.run(1_000)
    const answer = agent.answer(prompt)
    channel.deliverAgain()
    expect(await outcomeOf(await soon(answer, clock), clock)).toMatchObject({ status: 'cancelled' })
    expect(tasks).toHaveLength(0)
  })

  test('the next agent closes what was left open long ago, and keeps its text', async () => {
    const { clock, channel, agent } = setup()
    channel.leave({ replyTo: channel.prompt('old'), text: 'half an ans', status: 'streaming' })
    await clock.run(70_000)
    await soon(agent.answer(channel.prompt('new')), clock)
    expect(channel.responses()[0]).toMatchObject({ data: 'half an ans', headers: { status: 'failed' } })
  })
})
