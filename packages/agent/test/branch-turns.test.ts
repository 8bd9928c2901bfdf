import type { Message } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Answer, Task } from '../src/index.ts'
import { serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import { mortal } from './mortal.ts'

/** An agent that answers in three steps of 100 ms, and what its model was given. */
function desk(permissions?: object) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const given: string[][] = []
  const tasks: Task[] = []
  const loop = (time: Pick<FakeClock, 'after'>) =>
    async function* respond(task: Task): AsyncGenerator<string, void> {
      tasks.push(task)
      given.push(task.messages.map(({ text }) => text))
      for (let step = 1; step <= 3; step++) {
        yield `to ${task.prompt.text} `
        await new Promise<void>((resolve) => time.after(100, resolve))
      }
    }
  const port = () => channel.agent({ ...(permissions && { permissions }) })
  const publish = (text: string, headers: Record<string, string>, clientId = 'user') =>
    channel.publish({ clientId, name: 'prompt', text, headers: { role: 'user', ...headers } })
  return {
    clock,
    channel,
    given,
    tasks,
    join: (options: Partial<AgentOptions> = {}) => serveAgent({ channel: port(), respond: loop(clock), clock, ...options }),
    joinMortal(options: Partial<AgentOptions> = {}) {
      const life = mortal(port(), clock)
      return { ...life, agent: serveAgent({ channel: life.port, respond: loop(life.clock), clock: life.clock, ...options }) }
    },
    edit: (edits: string, text: string, parent?: string) => publish(text, { edits, ...(parent !== undefined && { parent }) }),
    again: (again: string, clientId?: string) => publish('', { again }, clientId),
    publish,
    responses: () => channel.responses().map(({ headers, data }) => [headers['reply-to'], headers['status'], data.trim()]),
  }
}

const texts = (messages: readonly Message[]) => messages.map(({ text }) => text.trim())
const done = 'to one to one to one'

describe('what the model is given', () => {
  test('is the branch of an edit', async () => {
    const { clock, channel, given, join, edit } = desk()
    const agent = join()
    const one = channel.prompt('one')
    void agent.answer(one)
    await clock.run(1_000)
    const two = channel.prompt('two')
    void agent.answer(two)
    await clock.run(2_000)
    void agent.answer(edit(two, 'two, better', channel.responses()[0]!.serial))
    await clock.run(3_000)
    void agent.answer(edit(one, 'one, better'))
    await clock.run(4_000)
    expect(given.map((each) => each.map((text) => text.trim()))).toEqual([
      ['one'],
      ['one', done, 'two'],
      ['one', done, 'two, better'],
      ['one, better'],
    ])
  })

  test('is the branch above the prompt, and the prompt itself, where another response is asked for', async () => {
    const { clock, channel, tasks, join, again, publish, responses } = desk()
    const agent = join()
    const one = channel.prompt('one')
    void agent.answer(one)
    await clock.run(1_000)
    const two = channel.prompt('two')
    void agent.answer(two)
    await clock.run(2_000)
    const request = again(channel.responses()[1]!.serial)
    void agent.answer(request)
    await clock.run(3_000)
    expect(texts(tasks[2]!.messages)).toEqual(['one', done, 'two'])
    expect(tasks[2]!.prompt.id).toBe(two)
    expect(responses().map(([replyTo, status]) => [replyTo, status])).toEqual([
      [one, 'complete'],
      [two, 'complete'],
      [request, 'complete'],
    ])
    // What follows the new response has that one above it, and none of the others.
    void agent.answer(publish('three', { parent: channel.responses()[2]!.serial }))
    await clock.run(4_000)
    void agent.answer(publish('three', { parent: channel.responses()[1]!.serial }))
    await clock.run(5_000)
    for (const task of tasks.slice(3)) expect(texts(task.messages)).toEqual(['one', done, 'two', 'to two to two to two', 'three'])
    expect(tasks.slice(3).map(({ messages }) => messages.at(-2)?.replyTo)).toEqual([request, two])
    // Whose count says how often the model was asked for this.
    void agent.answer(again(request))
    await clock.run(6_000)
    expect(tasks.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 1, 1, 3])
  })

  test('has the text that the prompt has by now', async () => {
    const { clock, channel, tasks, join, again } = desk()
    const one = channel.prompt('one')
    channel.rewrite(one, 'one, edited', { role: 'user' })
    void join().answer(again(one))
    await clock.run(1_000)
    expect(tasks[0]!.prompt.text).toBe('one, edited')
    expect(texts(tasks[0]!.messages)).toEqual(['one, edited'])
  })
})

describe('a request for another response', () => {
  test('has one response, also if it is notified twice, or after the agent that wrote it has died', async () => {
    const { clock, channel, join, joinMortal, again, responses } = desk()
    const one = channel.prompt('one')
    const first = joinMortal({ recovery: 'regenerate' })
    void first.agent.answer(one)
    await clock.run(1_000)
    const request = again(one)
    void first.agent.answer(request)
    await clock.run(1_150)
    first.die()
    const second = join({ recovery: 'regenerate' })
    void second.recover()
    await clock.run(60_000)
    const late: Answer[] = []
    void second.answer(request).then((answer) => late.push(answer))
    await clock.run(61_000)
    expect(late).toMatchObject([{ type: 'refused', reason: 'answered' }])
    expect(responses()).toEqual([
      [one, 'complete', done],
      [request, 'complete', done],
    ])
  })

  test('and an edit are answered on their branch where the agent no longer follows their prompt', async () => {
    const { clock, channel, tasks, join, again, edit } = desk()
    const agent = join({ channel: { ...channel.agent(), historyLimit: 4 } })
    const zero = channel.prompt('zero')
    void agent.answer(zero)
    await clock.run(1_000)
    const one = channel.publish({ clientId: 'user', name: 'prompt', text: 'one', headers: { role: 'user' } })
    void agent.answer(one)
    for (let other = 0; other < 20; other++) channel.prompt(`other ${other}`)
    await clock.run(2_000)
    void agent.answer(again(one))
    await clock.run(3_000)
    void agent.answer(edit(one, 'better'))
    await clock.run(4_000)
    expect(texts(tasks[2]!.messages)).toEqual(['zero', 'to zero to zero to zero', 'one'])
    expect(texts(tasks[3]!.messages)).toEqual(['zero', 'to zero to zero to zero', 'better'])
  })

  test('by another user is refused, and neither answered nor shown', async () => {
    const { clock, channel, join, again, responses } = desk()
    const agent = join()
    const one = channel.prompt('one')
    void agent.answer(one)
    await clock.run(1_000)
    const answers: Answer[] = []
    void agent.answer(again(one, 'mallory')).then((answer) => answers.push(answer))
    void agent.answer(again('unknown')).then((answer) => answers.push(answer))
    await clock.run(2_000)
    expect(answers).toMatchObject([
      { type: 'refused', reason: 'unknown-prompt' },
      { type: 'refused', reason: 'unknown-prompt' },
    ])
    expect(responses()).toHaveLength(1)
  })

  test('by another user is answered where the product allows it', async () => {
    const { clock, channel, join, again, responses } = desk({ mayEdit: (by?: string) => (by === 'moderator' ? true : undefined) })
    const one = channel.prompt('one')
    const request = again(one, 'moderator')
    void join().answer(request)
    await clock.run(1_000)
    expect(responses()).toEqual([[request, 'complete', done]])
  })

  test('ends when its prompt is deleted, and can be cancelled by its own serial', async () => {
    const { clock, channel, join, again, responses } = desk()
    const agent = join()
    const one = channel.prompt('one')
    const request = again(one)
    void agent.answer(request)
    await clock.run(150)
    channel.cancel(request)
    await clock.run(1_000)
    expect(responses()).toMatchObject([[request, 'cancelled', 'to one to one']])
    void agent.answer(again(one))
    await clock.run(1_150)
    channel.remove(one)
    await clock.run(3_000)
    expect(channel.responses()[1]!.data.trim()).toBe('to one to one')
  })
})

describe('while another branch is answered', () => {
  /** Answers the first prompt, and while the second one is answered takes what `branch` publishes. */
  async function whileAnswering(prompts: AgentOptions['prompts'], branch: (desk: ReturnType<typeof setUp>) => string) {
    const all = setUp(prompts)
    const { clock, channel, agent } = all
    const one = channel.prompt('one')
    void agent.answer(one)
    await clock.run(1_000)
    const two = channel.prompt('two')
    void agent.answer(two)
    await clock.run(1_150)
    const serial = branch(all)
    void agent.answer(serial)
    await clock.run(1_200)
    const begun = all.responses().some(([replyTo]) => replyTo === serial)
    await clock.run(5_000)
    return {
      begun,
      responses: all
        .responses()
        .slice(1)
        .map(([, status, text]) => `${status}: ${text}`),
    }
  }

  function setUp(prompts: AgentOptions['prompts']) {
    const all = desk()
    return { ...all, agent: all.join({ ...(prompts && { prompts }) }) }
  }

  const promptAt = ({ channel }: ReturnType<typeof setUp>, at: number) =>
    channel.messages.filter(({ name }) => name === 'prompt')[at]!.serial
  const two = 'to two to two to two'

  test.each<[AgentOptions['prompts'], string]>([
    ['concurrently', `complete: ${two}`],
    // It waits for no answer that is on no branch of its own, and goes into none.
    ['queue', `complete: ${two}`],
    ['steer', `complete: ${two}`],
    // The person has gone to another branch.
    ['interrupt', 'cancelled: to two to two'],
  ])('an edit of an earlier prompt is answered at once (%s)', async (prompts, running) => {
    const edited = await whileAnswering(prompts, (all) => all.edit(promptAt(all, 0), 'better'))
    expect(edited).toEqual({ begun: true, responses: [running, 'complete: to better to better to better'] })
  })

  test.each<[AgentOptions['prompts'], string]>([
    ['concurrently', `complete: ${two}`],
    ['queue', `complete: ${two}`],
    ['steer', `complete: ${two}`],
    ['interrupt', 'cancelled: to two to two'],
  ])('another response to the same prompt is written at once (%s)', async (prompts, running) => {
    const asked = await whileAnswering(prompts, (all) => all.again(promptAt(all, 1)))
    expect(asked).toEqual({ begun: true, responses: [running, `complete: ${two}`] })
  })

  test('a prompt of the same branch still waits for its turn', async () => {
    const waiting = await whileAnswering('queue', (all) => all.publish('three', { parent: promptAt(all, 1) }))
    expect(waiting).toEqual({ begun: false, responses: [`complete: ${two}`, 'complete: to three to three to three'] })
  })
})
