import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Message } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectMessages, selectStatus } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import type { Realtime } from 'ably'
import { expect, onTestFinished, test, vi } from 'vitest'
import { theirClient } from '@streamfold/test-support/their-client'
import type { AgentOptions, Task } from '../../src/index.ts'
import { ReaderError, serveAgent } from '../../src/index.ts'
import { realtime, serve, text, until, words } from './fixture.ts'

const name = 'ai:ours'

/** A Streamfold agent, asked by a client of @ably/ai-transport 0.8 as it would ask an agent of that package. */
async function harness(respond: AgentOptions['respond'], more: Partial<AgentOptions> = {}, echoMessages = true) {
  const server = await serve({ appendRollupWindow: 0 })
  const agentChannel = (client: Realtime): AgentChannel =>
    createAgentChannel(client.channels.get(name), { clientId: 'agent', agent: 'agent', codec: aiTransportAgent })
  const channel = agentChannel(realtime(server, { clientId: 'agent', echoMessages }))
  const agent = serveAgent({ channel, respond, ...more })
  onTestFinished(() => agent.close())
  const connect = async (clientId: string) => {
    const client = await theirClient(realtime(server, { clientId }), name)
    onTestFinished(() => client.session.close())
    return client
  }
  const ours = () => {
    const handle = openConversation(realtime(server, { clientId: 'eve' }).channels.get(name), {
      agent: 'agent',
      codec: aiTransportAgent,
      scheduler: (flush) => flush(),
    })
    onTestFinished(() => handle.release())
    return handle.store
  }
  return {
    server,
    agent,
    channel,
    agentChannel,
    connect,
    ours,
    /** What an endpoint does with the body of their request. */
    async wake({ inputEventId }: { readonly inputEventId: string }) {
      const asked = ({ headers }: Message) => headers['event-id'] === inputEventId
      const prompt = await vi.waitUntil(async () => selectMessages(await channel.conversation()).find(asked))
      return agent.answer(prompt.id)
    },
  }
}

async function* saying(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces
}

test('our agent is read by their client: the text, the run, and the conversation that it answers', async () => {
  const heard: string[][] = []
  const { connect, wake, ours } = await harness(({ messages }) => {
    heard.push(messages.map((message) => message.text))
    return saying('Hello, ', 'world')
  })
  const ann = await connect('ann')
  for (const question of ['One?', 'Two?']) {
    const run = await ann.send(question)
    const answer = await wake(run.toInvocation())
    expect(answer).toMatchObject({ type: 'answering' })
    await run.started
    await vi.waitUntil(() => run.status === 'complete')
  }
  const all = [
    { role: 'user', text: 'One?' },
    { role: 'assistant', text: 'Hello, world' },
    { role: 'user', text: 'Two?' },
    { role: 'assistant', text: 'Hello, world' },
  ]
  expect(ann.shown()).toEqual(all)
  expect(heard).toEqual([['One?'], ['One?', 'Hello, world', 'Two?']])
  // From history, in theirs and in ours.
  const bob = await connect('bob')
  while (bob.session.view.hasOlder()) await bob.session.view.loadOlder()
  expect(bob.shown()).toEqual(all)
  const state = await until(ours(), (now) => selectMessages(now).length === 4)
  expect(selectMessages(state).map(({ role, text }) => ({ role, text }))).toEqual(all)
  expect(selectMessages(state).map(({ status, replyTo }) => [status, replyTo])).toEqual([
    ['complete', undefined],
    ['complete', selectMessages(state)[0]?.id],
    ['complete', undefined],
    ['complete', selectMessages(state)[2]?.id],
  ])
})

test.each([true, false])('their cancel stops our agent, and each sees that it was cancelled (echo: %s)', async (echo) => {
  let signal: AbortSignal | undefined
  async function* endless(): AsyncGenerator<string> {
    yield 'Once upon a time'
    await new Promise(() => {})
  }
  const respond = (task: Task) => {
    signal = task.signal
    return endless()
  }
  const { connect, wake, ours } = await harness(respond, {}, echo)
  const ann = await connect('ann')
  const run = await ann.send('A story')
  const answer = await wake(run.toInvocation())
  await ann.until((shown) => shown[1]?.text === 'Once upon a time')
  await run.cancel()
  if (answer.type === 'answering') expect((await answer.finished).status).toBe('cancelled')
  expect(signal?.aborted).toBe(true)
  await vi.waitUntil(() => run.status === 'cancelled')
  const again = await ann.send('Another')
  await wake(again.toInvocation())
  await again.started
  await ann.session.cancel(again.runId)
  await vi.waitUntil(() => again.status === 'cancelled')
  const state = await until(ours(), (now) => selectMessages(now).length === 4 && selectStatus(now) === 'ready')
  expect(selectMessages(state).map(({ status }) => status)).toEqual(['complete', 'cancelled', 'complete', 'cancelled'])
})

test('what fails has failed there too, in the same words', async () => {
  async function* failing(): AsyncGenerator<string> {
    yield 'Half an '
    throw new ReaderError('the model is overloaded')
  }
  const { connect, wake, ours } = await harness(() => failing(), { onError: () => undefined })
  const ann = await connect('ann')
  const run = await ann.send('Hello?')
  await wake(run.toInvocation())
  await vi.waitUntil(() => run.status === 'error')
  expect(run.error).toMatchObject({ message: 'the model is overloaded' })
  expect(ann.shown()[1]).toEqual({ role: 'assistant', text: 'Half an ' })
  const state = await until(ours(), (now) => selectStatus(now) === 'error')
  expect(selectMessages(state)[1]).toMatchObject({ text: 'Half an ', status: 'failed', error: 'the model is overloaded' })
})

test('an answer that was cut off at a limit says so with us, and is complete there', async () => {
  async function* cut() {
    yield { type: 'text-delta', text: 'Half an ' }
    yield { type: 'finish', finishReason: 'length' }
  }
  const { connect, wake, ours } = await harness(() => cut())
  const ann = await connect('ann')
  const run = await ann.send('Hello?')
  await wake(run.toInvocation())
  await vi.waitUntil(() => run.status === 'complete')
  const state = await until(ours(), (now) => selectMessages(now)[1]?.status === 'complete')
  expect(selectMessages(state)[1]).toMatchObject({ text: 'Half an ', status: 'complete', finish: 'length' })
})

test('an answer longer than a message is one run, and one text with us', async () => {
  const { connect, wake, ours } = await harness(() => words(20_000, 0), { batch: { size: 4_096 } })
  const ann = await connect('ann')
  const run = await ann.send('All of it')
  const answer = await wake(run.toInvocation())
  if (answer.type === 'answering') expect(await answer.finished).toMatchObject({ status: 'complete' })
  await vi.waitUntil(() => run.status === 'complete')
  await ann.until((shown) => shown.length === 2 && shown[1]?.text === text(20_000))
  const whole = ({ text: shown, status }: Message) => status === 'complete' && shown === text(20_000)
  await until(ours(), (now) => selectMessages(now).length === 2 && whole(selectMessages(now)[1]!))
})

test('a rejected append is put right: at once with us, in history with them', async () => {
  const { server, connect, wake, ours } = await harness(() => words(20, 2), { batch: { interval: 0 } })
  const ann = await connect('ann')
  const store = ours()
  await until(store, (state) => state.context.channel.status === 'live')
  server.faults.rejectAppend({ channel: name, nth: 2 })
  const run = await ann.send('Hello?')
  const answer = await wake(run.toInvocation())
  if (answer.type === 'answering') expect(await answer.finished).toMatchObject({ status: 'complete', text: text(20), repairs: 1 })
  const state = await until(store, (now) => selectStatus(now) === 'ready' && selectMessages(now).length === 2)
  expect(selectMessages(state)[1]).toMatchObject({ text: text(20), status: 'complete', continuity: 'contiguous' })
  const bob = await connect('bob')
  while (bob.session.view.hasOlder()) await bob.session.view.loadOlder()
  expect(bob.shown()[1]?.text).toBe(text(20))
})

test('a response whose agent died is closed, or written again, by the next', async () => {
  for (const recovery of ['close', 'regenerate'] as const) {
    const { server, connect, agentChannel, channel, ours } = await harness(() => saying('unused'))
    const ann = await connect('ann')
    const run = await ann.send('Hello?')
    const prompt = await vi.waitUntil(async () => selectMessages(await channel.conversation())[0])
    const headers = { role: 'assistant', status: 'streaming', 'reply-to': prompt.id, run: '1.dead' }
    const { serial } = await channel.writer.create({ id: 'response-dead', text: '', headers })
    await channel.writer.append(serial, { text: 'Half an ', headers })
    const respond = () => saying('A whole answer')
    const other = serveAgent({
      channel: agentChannel(realtime(server, { clientId: 'agent' })),
      respond,
      recovery,
      staleAfter: 1,
    })
    expect(await other.recover()).toEqual([serial])
    const done = recovery === 'close' ? 'error' : 'complete'
    await vi.waitUntil(() => run.status === done)
    const expected =
      recovery === 'close' ? { text: 'Half an ', status: 'failed' } : { text: 'A whole answer', status: 'complete' }
    const state = await until(ours(), (now) => selectMessages(now)[1]?.status === expected.status)
    expect(selectMessages(state)[1]).toMatchObject(expected)
    // A response that has ended is not recovered again.
    expect(await other.recover()).toEqual([])
    await other.close()
  }
})
