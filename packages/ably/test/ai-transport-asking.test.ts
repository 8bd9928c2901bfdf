import { createAgentSession, Invocation } from '@ably/ai-transport'
import { ResponsesCodec } from '@ably/ai-transport/openai'
import { selectMessages, selectPath, selectStatus, selectUnanswered } from '@streamfold/core'
import { defineAiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { describe, expect, it } from 'vitest'
import type { NotifiedPrompt } from '../src/index.ts'
import { last, name, ready, says, shown, harness } from './ai-transport-harness.ts'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

describe('stop', () => {
  it('aborts their agent, from whichever page', async () => {
    const { asker, ask, page } = await harness()
    const answering = await ask()
    await answering.say('One, ')
    const other = page({}, { clientId: 'ann' })
    await until(other.store, (state) => selectStatus(state) === 'streaming' && live(state))
    await other.stop()
    expect(await answering.piped).toBe('cancelled')
    expect(answering.run.abortSignal.aborted).toBe(true)
    for (const { store } of [asker, other])
      expect(last(await until(store, ready))).toMatchObject({ text: 'One, ', status: 'cancelled' })
  })

  it('reaches an agent that has not begun yet, by the prompt', async () => {
    const { asker, agent, page } = await harness()
    const invocations: NotifiedPrompt[] = []
    const { store, sendMessage, stop } = page(
      { notifyAgent: async (prompt) => void invocations.push(prompt) },
      { clientId: 'eve' },
    )
    await until(store, live)
    await sendMessage('Hello?')
    await until(store, (state) => selectStatus(state) === 'submitted' && last(state)?.status === 'complete')
    await stop()
    await until(asker.store, (state) => last(state)?.text === 'Hello?')
    const answering = await agent.answer(invocationOf(invocations[0]!))
    expect(await answering.piped).toBe('cancelled')
    await until(store, (state) => last(state)?.status === 'cancelled')
  })

  it('says so when it is asked to stop what it does not know', async () => {
    const { asker } = await harness()
    await expect(asker.stop('nothing')).rejects.toMatchObject({ code: 'stop-failed' })
  })
})

describe('what their agent said is taken back', () => {
  it('at once, by an update and by a delete, while it streams and after', async () => {
    const { server, asker, ask, page } = await harness()
    // A server with a key and no client id may change any message (P116).
    const moderator = realtime(server).channels.get(name)
    const answering = await ask()
    await answering.say('My password is hunter2')
    await until(asker.store, says('My password is hunter2'))
    const { items } = await moderator.history({ limit: 100 })
    const serial = items.find(({ extras }) => extras?.ai?.codec?.kind === 'text')?.serial ?? ''
    await moderator.updateMessage({ serial, data: 'My password is ****' })
    await until(asker.store, says('My password is ****'))
    await answering.say(', as you know')
    await until(asker.store, says('My password is ****, as you know'))
    await answering.complete()
    await until(asker.store, ready)
    await moderator.updateMessage({ serial, data: '[redacted]', extras: { headers: { why: 'a secret' } } })
    await until(asker.store, says('[redacted]'))
    await moderator.deleteMessage({ serial })
    expect(last(await until(asker.store, (state) => last(state)?.status === 'deleted'))?.text).toBe('')
    expect(JSON.stringify(selectMessages(await until(page().store, live)))).not.toContain('hunter2')
  })
})

describe('beside clients of AI Transport', () => {
  it('reads what they ask and are answered, and they read what we ask', async () => {
    const { agent, asker, ask, bob: connect } = await harness()
    const bob = await connect()
    const asked = await bob.send('From Bob')
    const first = await agent.answer(asked.toInvocation().toJSON())
    await first.say('To Bob')
    await first.complete()
    const read = await until(asker.store, ready)
    expect(shown(read)).toEqual(['user: From Bob (complete)', 'assistant: To Bob (complete)'])
    expect(selectMessages(read)[1]?.replyTo).toBe(selectMessages(read)[0]?.id)
    const second = await ask('From Ann')
    // Their agent has the whole conversation before it: each message names the one before.
    const known = second.run.view.getMessages().map(({ message: { parts } }) => parts.find(({ type }) => type === 'text'))
    expect(known).toMatchObject([{ text: 'From Bob' }, { text: 'To Bob' }, { text: 'From Ann' }])
    await second.say('To Ann')
    await second.complete()
    await bob.until((messages) => messages[3]?.text === 'To Ann')
    expect(bob.shown().map(({ text }) => text)).toEqual(['From Bob', 'To Bob', 'From Ann', 'To Ann'])
  })

  it('asks again what nobody answered, also what they asked', async () => {
    const { agent, asker, bob } = await harness()
    await (await bob()).send('Anybody?')
    const state = await until(asker.store, says('Anybody?'))
    await asker.retry(last(state)!.id)
    const answering = await agent.next()
    await answering.say('Me')
    await answering.complete()
    const done = await until(asker.store, ready)
    expect(shown(done)).toEqual(['user: Anybody? (complete)', 'assistant: Me (complete)'])
    // For another answer only the author of the prompt may ask.
    await expect(asker.retry(last(done)!.id)).rejects.toMatchObject({ code: 'not-permitted' })
    await asker.sendMessage('And me?')
    const first = await agent.next()
    await first.say('You')
    await first.complete()
    await asker.retry(last(await until(asker.store, ready))!.id)
    const second = await agent.next()
    await second.say('You too')
    await second.complete()
    const again = await until(asker.store, says('You too'))
    const texts = ['Anybody?', 'Me', 'And me?', 'You too']
    expect(selectPath(again).map(({ text }) => text)).toEqual(texts)
    const other = await bob()
    await other.load()
    expect(other.shown().map(({ text }) => text)).toEqual(texts)
  })

  it('shows what is said into a run as said, and not as waiting', async () => {
    const { agent, asker, bob } = await harness()
    const asked = await (await bob()).send('Tell me all')
    const answering = await agent.answer(asked.toInvocation().toJSON())
    await answering.say('It all ')
    await asked.started
    const message = { id: 'n', role: 'user' as const, parts: [{ type: 'text' as const, text: 'Be brief' }] }
    void asked.steer({ kind: 'user-message', message }).outcome.catch(() => {}) // Nobody heeds it here.
    await until(asker.store, (state) => selectMessages(state).some(({ text }) => text === 'Be brief'))
    await answering.say('began.')
    await answering.complete()
    const done = await until(asker.store, (state) => selectStatus(state) === 'ready')
    expect(shown(done)).toEqual([
      'user: Tell me all (complete)',
      'assistant: It all began. (complete)',
      'user: Be brief (complete)',
    ])
    expect(selectUnanswered(done)).toBeUndefined()
  })
})

it('refuses a prompt that is longer than a message, headers of the codec included', async () => {
  const { asker } = await harness()
  const limit = 65_536
  await expect(asker.sendMessage('x'.repeat(limit - 300))).rejects.toMatchObject({ code: 'prompt-too-large' })
})

it('believes nobody who only claims to be the agent', async () => {
  const { server, asker, ask } = await harness()
  const eve = realtime(server, { clientId: 'eve' }).channels.get(name)
  const answering = await ask()
  await answering.say('True')
  const state = await until(asker.store, says('True'))
  const transport = { role: 'assistant', 'run-id': last(state)?.key, stream: 'true', status: 'streaming', 'run-reason': 'error' }
  await eve.publish({ name: 'ai-output', data: ' and false', extras: { ai: { transport, codec: { kind: 'text' } } } })
  await eve.publish({ name: 'ai-run-end', extras: { ai: { transport } } })
  await until(asker.store, (state) => selectMessages(state).some(({ text }) => text === ' and false'))
  expect(shown(asker.store.getState())).toEqual([
    'user: Hello? (complete)',
    'assistant: True (streaming)',
    'user:  and false (complete)',
  ])
})

it('speaks to an agent with their codec for OpenAI', async () => {
  const server = await serve()
  const session = createAgentSession({ client: realtime(server, { clientId: 'bot' }), channelName: name, codec: ResponsesCodec })
  await session.connect()
  const channel = realtime(server, { clientId: 'ann' }).channels.get(name)
  const answers: Promise<unknown>[] = []
  const { store, sendMessage } = open(channel, {
    agent: 'bot',
    codec: defineAiTransport({ prompt: 'input_text' }),
    async notifyAgent(prompt) {
      const run = session.createRun(Invocation.fromJSON(invocationOf(prompt)))
      await run.start()
      answers.push(run.pipe(responses()).then(() => run.end({ reason: 'complete' })))
      expect(run.messages).toMatchObject([{ role: 'user', items: [{ content: [{ type: 'input_text', text: 'Hello?' }] }] }])
    },
  })
  async function* responses() {
    const slot = { item_id: 'i', output_index: 0, content_index: 0, sequence_number: 0 }
    const part = { type: 'output_text' as const, text: '', annotations: [] }
    yield { type: 'response.content_part.added' as const, ...slot, part }
    for (const delta of ['Hello, ', 'world']) yield { type: 'response.output_text.delta' as const, ...slot, delta, logprobs: [] }
    yield { type: 'response.output_text.done' as const, ...slot, text: 'Hello, world', logprobs: [] }
  }
  await until(store, live)
  await sendMessage('Hello?')
  expect(shown(await until(store, ready))).toEqual(['user: Hello? (complete)', 'assistant: Hello, world (complete)'])
  await Promise.all(answers)
  await session.detach()
})
