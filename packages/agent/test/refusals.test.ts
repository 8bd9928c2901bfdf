import { expect, test } from 'vitest'
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
