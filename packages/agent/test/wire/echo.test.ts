import { createAgentChannel } from '@streamfold/ably'
import { selectMessages } from '@streamfold/core'
import type { ChannelOptions, ClientOptions } from 'ably'
import { expect, onTestFinished, test } from 'vitest'
import { serveAgent } from '../../src/index.ts'
import { ask, realtime, serve, text, until, watch, words } from './fixture.ts'

const quiet: readonly (readonly [string, ClientOptions, ChannelOptions])[] = [
  ['the client says `echoMessages: false`', { echoMessages: false }, {}],
  ['the channel says `echo: false`', {}, { params: { echo: 'false' } }],
  ['and rewind', { echoMessages: false }, { params: { rewind: '1m' } }],
]

test.each(quiet)('%s: an agent answers, and is stopped by a cancel, without its own messages', async (_, client, options) => {
  const server = await serve({ appendRollupWindow: 0 })
  const channel = realtime(server, { clientId: 'agent', ...client }).channels.get('ai:quiet', options)
  let own = 0
  await channel.subscribe('response', () => own++)
  const port = createAgentChannel(channel, { clientId: 'agent', agent: 'agent' })
  let endless = false
  const agent = serveAgent({ channel: port, respond: () => (endless ? words(100_000, 5) : words(3, 1)) })
  onTestFinished(() => agent.close())
  const user = realtime(server, { clientId: 'ann' }).channels.get('ai:quiet')
  const { store } = watch(user)
  const first = await agent.answer(await ask(user, 'hello'))
  if (first.type !== 'answering') throw new Error(first.type)
  expect(await first.finished).toMatchObject({ status: 'complete', text: text(3), repairs: 0 })
  await until(store, (state) => selectMessages(state)[1]?.status === 'complete')

  endless = true
  const prompt = await ask(user, 'a long story')
  const second = await agent.answer(prompt)
  if (second.type !== 'answering') throw new Error(second.type)
  await until(store, (state) => (selectMessages(state)[3]?.text.length ?? 0) > 50)
  await user.publish({ name: 'cancel', extras: { headers: { target: prompt } } })
  expect((await second.finished).status).toBe('cancelled')
  expect(own).toBe(0)
})

test('two agents of one client id write an abandoned response again once, whichever is without echo', async () => {
  for (const [first, second] of [
    [false, false],
    [true, false],
    [false, true],
  ]) {
    const server = await serve({ appendRollupWindow: 0 })
    const user = realtime(server, { clientId: 'ann' }).channels.get('ai:both')
    const prompt = await ask(user, 'hello')
    const agents = [first, second].map((echoMessages, n) => {
      const channel = realtime(server, { clientId: 'agent', echoMessages: echoMessages! }).channels.get('ai:both')
      const port = createAgentChannel(channel, { clientId: 'agent', agent: 'agent' })
      const respond = () => words(20, 1 + n)
      // Longer than any pause of this process: an agent that is at work must not look dead to the other one.
      return { port, agent: serveAgent({ channel: port, respond, recovery: 'regenerate', staleAfter: 500 }) }
    })
    const headers = { role: 'assistant', status: 'streaming', 'reply-to': prompt, run: '1.dead' }
    await agents[0]!.port.writer.create({ text: 'half', headers })
    const { store } = watch(user)
    await Promise.all(agents.map(({ agent }) => agent.recover()))
    const state = await until(store, (now) => selectMessages(now)[1]?.status === 'complete')
    expect(selectMessages(state).map((message) => message.text)).toEqual(['hello', text(20)])
    for (const { agent } of agents) await agent.close()
  }
})
