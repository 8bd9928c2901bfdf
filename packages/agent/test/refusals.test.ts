import { frameHead } from '@streamfold/core/codec'
import { describe, expect, test } from 'vitest'
import type { AgentOptions, Answer } from '../src/index.ts'
import { responseId, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource, pieces } from './fake-source.ts'

function setup(options: Partial<AgentOptions> = {}) {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  let asked = 0
  const respond = () => {
    asked++
    return fakeSource(clock, pieces('text'))
  }
  const serve = (more: Partial<AgentOptions> = {}) =>
    serveAgent({ channel: channel.agent(), respond, clock, maxPrompt: 10, ...options, ...more })
  const say = async (agent: ReturnType<typeof serve>, prompt: string): Promise<Answer> => {
    const answer = agent.answer(prompt)
    await clock.run(clock.now() + 10_000)
    return answer
  }
  return { clock, channel, serve, say, asked: () => asked }
}

const reason = 'unable to answer; the prompt is longer than 10 characters: shorten it'

test('a prompt that is too long has a failed response that says so to every reader', async () => {
  const { channel, serve, say, asked } = setup()
  const prompt = channel.prompt('x'.repeat(11))
  const agent = serve({ describe: () => 'the model failed' })
  const answer = await say(agent, prompt)
  const [response] = channel.responses()
  expect(answer).toEqual({ type: 'refused', reason: 'prompt-too-long', message: reason, responseId: response?.serial })
  expect(response).toMatchObject({
    id: responseId(prompt),
    data: '',
    headers: { role: 'assistant', status: 'failed', 'reply-to': prompt, error: reason },
  })
  expect(asked()).toBe(0)
  expect(agent.working).toBe(0)
})

test('once: asked again, of this agent or another, it is refused as before', async () => {
  const { channel, serve, say } = setup()
  const prompt = channel.prompt('x'.repeat(11))
  const [one, two] = [serve(), serve()]
  const both = await Promise.all([say(one, prompt), say(two, prompt)])
  for (const answer of [...both, await say(one, prompt), await say(two, prompt)])
    expect(answer).toMatchObject({ reason: 'prompt-too-long', responseId: channel.responses()[0]!.serial })
  expect(channel.responses()).toHaveLength(1)
  expect(channel.responses()[0]!.version).toBe(channel.responses()[0]!.serial)
})

test('an agent that takes longer prompts writes it again', async () => {
  const { channel, serve, say } = setup()
  const prompt = channel.prompt('x'.repeat(11))
  await say(serve(), prompt)
  expect(await say(serve({ maxPrompt: 11 }), prompt)).toMatchObject({ type: 'answering' })
  expect(channel.responses()).toMatchObject([{ data: 'text', headers: { status: 'complete' } }])
})

describe('a prompt that says nothing', () => {
  const empty = 'unable to answer; the prompt is empty: write something first'

  test.each([
    ['nothing at all', ''],
    ['spaces and lines', ' \n\t\u{a0}\u{3000}\n'],
    ['characters without a picture', '\u{200b}\u{2060}\u{ad}\u{feff}\0'],
  ])('%s: a failed response says so to every reader, and no model is asked', async (_, text) => {
    const { channel, serve, say, asked } = setup()
    const prompt = channel.prompt(text)
    const [one, two] = [serve(), serve()]
    const answers = [await say(one, prompt), await say(one, prompt), await say(two, prompt)]
    const [response, ...others] = channel.responses()
    for (const answer of answers)
      expect(answer).toEqual({ type: 'refused', reason: 'empty-prompt', message: empty, responseId: response?.serial })
    expect(others).toEqual([])
    expect(response).toMatchObject({ data: '', headers: { status: 'failed', 'reply-to': prompt, error: empty } })
    expect(asked()).toBe(0)
  })

  test('a file says something without a word', async () => {
    const { channel, serve, say } = setup()
    const text = frameHead({ type: 'file', mediaType: 'image/png', url: 'https://a.test/i.png' })
    const prompt = channel.publish({ clientId: 'user', name: 'prompt', text, headers: { role: 'user', format: 'parts/1' } })
    expect(await say(serve(), prompt)).toMatchObject({ type: 'answering' })
  })

  test('an emoji, a mark or a digit says something', async () => {
    const { channel, serve, say } = setup()
    for (const text of ['👍🏽', '?', '7', '\u{200b}a'])
      expect(await say(serve(), channel.prompt(text))).toMatchObject({ type: 'answering' })
  })

  test('is not answered by a recovery either, which ends what a dead agent left', async () => {
    const { clock, channel, serve, asked } = setup()
    const prompt = channel.prompt('  ')
    channel.leave({ replyTo: prompt, text: 'half', status: 'streaming' })
    await clock.run(clock.now() + 20_000)
    const recovered = serve({ recovery: 'regenerate' }).recover()
    await clock.run(clock.now() + 60_000)
    expect(await recovered).toHaveLength(1)
    expect(channel.responses()).toMatchObject([{ headers: { status: 'failed' } }])
    expect(asked()).toBe(0)
  })
})

test('an unknown, foreign or answered prompt is refused with a reason, and nothing is written', async () => {
  const { channel, serve, say } = setup()
  const agent = serve()
  const prompt = channel.prompt('hello')
  await say(agent, prompt)
  const before = channel.messages.map(({ version }) => version)
  expect(await say(agent, 'nope')).toMatchObject({ reason: 'unknown-prompt', message: expect.stringContaining('nope') })
  expect(await say(agent, channel.responses()[0]!.serial)).toMatchObject({ reason: 'not-a-prompt' })
  expect(await say(agent, prompt)).toMatchObject({ reason: 'answered' })
  expect(channel.messages.map(({ version }) => version)).toEqual(before)
})
