import { describe, expect, test } from 'vitest'
import type { Permission } from '@streamfold/core'
import type { AgentOptions, Answer } from '../src/index.ts'
import { responseId, serveAgent } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

/** A channel where mallory may publish anything, and change what she has published. */
function setup() {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const join = (options: Partial<AgentOptions> = {}) =>
    serveAgent({
      channel: channel.agent(),
      respond: () =>
        fakeSource(
          clock,
          ['the ', 'real ', 'answer'].map((text) => ({ text, delay: 100 })),
        ),
      clock,
      ...options,
    })
  return { clock, channel, join }
}

/** What mallory publishes to pass for the answer. */
function forge(channel: FakeChannel, replyTo: string, id: string): string {
  const headers = { role: 'assistant', status: 'complete', 'reply-to': replyTo, run: '1.mallory' }
  return channel.publish({ clientId: 'mallory', text: 'a forged answer', headers, id })
}

const whole = { data: 'the real answer', headers: { status: 'complete' } }

async function serialOf(answer: Promise<Answer>): Promise<string | undefined> {
  const it = await answer
  return it.type === 'refused' ? `${it.reason}: ${it.message}` : it.responseId
}

describe('a user who takes the message id of a response', () => {
  for (const secret of [undefined, 'known to agents only']) {
    const options = secret === undefined ? {} : { secret }
    const which = secret === undefined ? 'without a secret' : 'with a secret'

    test(`before the agent is asked: the prompt gets its answer, ${which}`, async () => {
      const { clock, channel, join } = setup()
      const prompt = channel.prompt('hello', 'alice')
      const forged = forge(channel, prompt, responseId(prompt))
      const answer = join(options).answer(prompt)
      await clock.run(10_000)
      expect(channel.responses()).toMatchObject([whole])
      expect(await serialOf(answer)).toBe(channel.responses()[0]?.serial)
      expect(channel.messages.find(({ serial }) => serial === forged)).toMatchObject({ data: 'a forged answer', version: forged })
    })

    test(`just before the agent writes, each id that it tries: the prompt gets its answer, ${which}`, async () => {
      const { clock, channel, join } = setup()
      const prompt = channel.prompt('hello', 'alice')
      let taken = 0
      channel.onCreate = (id) => {
        if (id !== undefined && ++taken < 4) forge(channel, prompt, id)
      }
      const answer = join(options).answer(prompt)
      await clock.run(20_000)
      expect(channel.responses()).toMatchObject([whole])
      expect(await serialOf(answer)).toBe(channel.responses()[0]?.serial)
      const forged = channel.messages.filter(({ clientId }) => clientId === 'mallory')
      expect(forged).toHaveLength(3)
      expect(forged.every(({ data, serial, version }) => data === 'a forged answer' && version === serial)).toBe(true)
    })

    test(`two agents and three calls of answer make one answer all the same, ${which}`, async () => {
      const { clock, channel, join } = setup()
      const prompt = channel.prompt('hello', 'alice')
      forge(channel, prompt, responseId(prompt))
      const [one, two] = [join(options), join(options)]
      const answers = [one.answer(prompt), two.answer(prompt), one.answer(prompt)]
      await clock.run(20_000)
      expect(channel.responses()).toMatchObject([whole])
      const serials = new Set(await Promise.all(answers.map(serialOf)))
      expect([...serials]).toEqual([channel.responses()[0]?.serial])
    })
  }

  test('for a long time, and again and again: the developer is told, and the agent gives up', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'alice')
    let tries = 0
    channel.onCreate = (id) => {
      tries++
      if (id !== undefined) forge(channel, prompt, id)
    }
    const errors: unknown[] = []
    const answer = join({ onError: (error) => errors.push(error) }).answer(prompt)
    await clock.run(600_000)
    expect(await serialOf(answer)).toMatch(/^unavailable: /)
    expect(String(errors)).toMatch(/users have taken .*`secret`/)
    expect(tries).toBeLessThan(100)
    expect(channel.messages.every(({ clientId, data }) => clientId !== 'mallory' || data === 'a forged answer')).toBe(true)
  })

  test('of one that is written again after a failure', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'alice')
    channel.leave({ replyTo: prompt, text: 'one', status: 'failed' })
    channel.leave({ replyTo: prompt, text: 'two', status: 'failed' })
    forge(channel, prompt, `${responseId(prompt)}-3`)
    void join().answer(prompt)
    await clock.run(10_000)
    expect(channel.responses().map(({ data }) => data)).toEqual(['one', 'two', 'the real answer'])
  })

  test('while the channel cannot be read: nothing is written into her message, and the prompt gets its answer', async () => {
    const { clock, channel } = setup()
    const prompt = channel.prompt('hello', 'alice')
    const port = channel.agent({ echo: false })
    const words = () => fakeSource(clock, [{ text: 'the real answer', delay: 10 }])
    const agent = serveAgent({ channel: port, respond: words, clock })
    channel.onCreate = (id) => {
      if (id !== responseId(prompt)) return
      port.history.failing = true
      forge(channel, prompt, id)
    }
    // The connection of the agent misses what is published.
    Object.assign(port, { subscribe: async () => () => undefined })
    const answer = agent.answer(prompt)
    await clock.run(20_000)
    expect(channel.messages.find(({ clientId }) => clientId === 'mallory')).toMatchObject({ data: 'a forged answer' })
    expect(channel.responses()).toMatchObject([whole])
    expect(await serialOf(answer)).toBe(channel.responses()[0]?.serial)
  })

  test('of one that only refuses the prompt', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('much too long', 'alice')
    forge(channel, prompt, responseId(prompt))
    const answer = join({ maxPrompt: 5 }).answer(prompt)
    await clock.run(10_000)
    expect(channel.responses()).toMatchObject([{ headers: { status: 'failed', 'reply-to': prompt } }])
    expect(await answer).toMatchObject({ reason: 'prompt-too-long', responseId: channel.responses()[0]?.serial })
  })

  test('an id of a shared secret is not the one that everybody can work out', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'alice')
    void join({ secret: 'known to agents only' }).answer(prompt)
    await clock.run(10_000)
    expect(channel.responses()[0]?.id).toMatch(/^response-[\w-]{20,}$/)
    expect(channel.responses()[0]?.id).not.toBe(responseId(prompt))
  })
})

describe('a user who deletes what she wrote', () => {
  test('ends nobody else’s answer, whatever her message says it replies to', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'alice')
    const message = channel.publish({ clientId: 'mallory', headers: { role: 'assistant', 'reply-to': prompt } })
    void join().answer(prompt)
    await clock.run(150)
    channel.remove(message)
    await clock.run(10_000)
    expect(channel.responses()).toMatchObject([whole])
  })

  test('ends the answer to her own prompt', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'mallory')
    const answer = await Promise.all([join().answer(prompt), clock.run(150)])
    channel.remove(prompt)
    await clock.run(10_000)
    expect(answer[0].type === 'answering' && (await answer[0].finished).status).toBe('cancelled')
  })

  test('a response that was deleted is written no more, also where the delete repeats no headers', async () => {
    const { clock, channel, join } = setup()
    const prompt = channel.prompt('hello', 'alice')
    const answer = await Promise.all([join().answer(prompt), clock.run(150)])
    channel.remove(channel.responses()[0]!.serial, {})
    await clock.run(10_000)
    expect(answer[0].type === 'answering' && (await answer[0].finished).status).toBe('cancelled')
  })
})

describe('a cancel', () => {
  const cases = [
    { by: 'alice', ends: 'cancelled', who: 'of the author of the prompt' },
    { by: 'agent', ends: 'cancelled', who: 'of an agent' },
    { by: 'mallory', ends: 'complete', who: 'of anybody else' },
  ]
  for (const { by, ends, who } of cases) {
    for (const target of ['prompt', 'response'] as const) {
      test(`${who}, by the ${target}: ${ends}`, async () => {
        const { clock, channel, join } = setup()
        const prompt = channel.prompt('hello', 'alice')
        void join().answer(prompt)
        await clock.run(150)
        channel.cancel(target === 'prompt' ? prompt : channel.responses()[0]!.serial, by)
        await clock.run(10_000)
        expect(channel.responses()[0]?.headers['status']).toBe(ends)
      })
    }

    test(`${who}, before the call of answer: ${ends}`, async () => {
      const { clock, channel, join } = setup()
      const agent = join()
      void agent.answer(channel.prompt('first', 'bob'))
      await clock.run(1_000)
      const prompt = channel.prompt('hello', 'alice')
      channel.cancel(prompt, by)
      await clock.run(1_100)
      void agent.answer(prompt)
      await clock.run(10_000)
      expect(channel.responses()[1]?.headers['status']).toBe(ends)
    })
  }

  test('of others does not push that of the author out of memory', async () => {
    const { clock, channel, join } = setup()
    const agent = join()
    void agent.answer(channel.prompt('first', 'bob'))
    await clock.run(1_000)
    const prompt = channel.prompt('hello', 'alice')
    channel.cancel(prompt, 'alice')
    channel.cancel(prompt, 'mallory')
    for (let n = 0; n < 2_000; n++) channel.cancel(`nothing-${n}`, 'mallory')
    await clock.run(1_100)
    void agent.answer(prompt)
    await clock.run(10_000)
    expect(channel.responses()[1]?.headers['status']).toBe('cancelled')
  })

  test('of anybody counts where the product says so', async () => {
    const { clock, channel, join } = setup()
    const asked: unknown[] = []
    const prompt = channel.prompt('hello', 'alice')
    const mayCancel: Permission = (by, of) => (of ? asked.push([by, of.id]) > 0 : undefined)
    void join({ channel: channel.agent({ permissions: { mayCancel } }) }).answer(prompt)
    await clock.run(150)
    channel.cancel(prompt, 'mallory')
    await clock.run(10_000)
    expect(channel.responses()[0]?.headers['status']).toBe('cancelled')
    expect(asked).toEqual([['mallory', prompt]])
  })
})

test('a newer prompt interrupts the answers to its own author’s, and nobody else’s', async () => {
  const { clock, channel, join } = setup()
  const agent = join({ prompts: 'interrupt' })
  void agent.answer(channel.prompt('hello', 'alice'))
  void agent.answer(channel.prompt('hello', 'bob'))
  await clock.run(150)
  channel.prompt('me!', 'mallory')
  const last = channel.prompt('no, this', 'bob')
  void agent.answer(last)
  await clock.run(10_000)
  expect(channel.responses().map(({ headers }) => headers['status'])).toEqual(['complete', 'cancelled', 'complete'])
})
