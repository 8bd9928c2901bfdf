import { createAgentChannel } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import { expect, onTestFinished, test } from 'vitest'
import { serveAgent } from '../../src/index.ts'
import { agentChannel, ask, realtime, serve, text, until, watch, words } from './fixture.ts'

/** What the user does while the agent is away for longer than the channel tells it afterwards. */
async function meanwhile(name: string, act: (user: RealtimeChannel, prompt: string, response: string) => Promise<unknown>) {
  const server = await serve()
  const client = realtime(server, { clientId: 'agent' })
  const channel = agentChannel(client, name)
  const user = realtime(server, { clientId: 'ann' }).channels.get(name)
  const { store } = watch(user)
  let signal: AbortSignal | undefined
  const agent = serveAgent({
    channel,
    respond: (task) => {
      signal = task.signal
      return words(200, 10)
    },
  })
  onTestFinished(() => agent.close())
  const prompt = await ask(user, 'a long story')
  const answer = await agent.answer(prompt)
  if (answer.type !== 'answering') throw new Error(answer.type)
  await until(store, (state) => (selectMessages(state)[1]?.text.length ?? 0) > 50)
  server.faults.cut({ clientId: 'agent', refuseFor: 300 })
  await act(user, prompt, answer.responseId)
  server.faults.expireContinuity({ channel: name })
  const outcome = await answer.finished
  return { outcome, signal, user, responseId: answer.responseId }
}

test('nothing done meanwhile changes nothing', async () => {
  const { outcome } = await meanwhile('ai:missed', async () => undefined)
  expect(outcome.status).toBe('complete')
})

test.each(['prompt', 'response'] as const)('a cancel by %s that came meanwhile is honoured', async (which) => {
  const { outcome, signal } = await meanwhile(`ai:missed-${which}`, (user, prompt, response) =>
    user.publish({ name: 'cancel', extras: { headers: { target: which === 'prompt' ? prompt : response } } }),
  )
  expect(outcome.status).toBe('cancelled')
  expect(signal?.aborted).toBe(true)
})

test('a prompt deleted meanwhile is not answered any more', async () => {
  const { outcome, signal, user, responseId } = await meanwhile('ai:gone', (user, prompt) =>
    user.deleteMessage({ serial: prompt, data: '' }),
  )
  expect(outcome.status).toBe('cancelled')
  expect(signal?.aborted).toBe(true)
  const { data } = await user.getMessage(responseId)
  expect(text(200).startsWith(data as string)).toBe(true)
})

test.each([true, false])(
  'a channel that was detached is attached again; a cancel that came meanwhile is honoured (echo: %s)',
  async (echo) => {
    const server = await serve()
    const client = realtime(server, { clientId: 'agent', echoMessages: echo })
    // Without rewind: only the agent itself can find out what it has missed.
    const channel = client.channels.get('ai:detached')
    const user = realtime(server, { clientId: 'ann' }).channels.get('ai:detached')
    const { store } = watch(user)
    const port = createAgentChannel(channel, { clientId: 'agent', agent: 'agent' })
    const agent = serveAgent({ channel: port, respond: () => words(100_000, 10) })
    onTestFinished(() => agent.close())
    const prompt = await ask(user, 'a long story')
    const answer = await agent.answer(prompt)
    if (answer.type !== 'answering') throw new Error(answer.type)
    await until(store, (state) => (selectMessages(state)[1]?.text.length ?? 0) > 50)
    await channel.detach()
    await user.publish({ name: 'cancel', extras: { headers: { target: prompt } } })
    expect((await answer.finished).status).toBe('cancelled')
    expect(channel.state).toBe('attached')
  },
)
