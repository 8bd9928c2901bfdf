import { createAgentSession, Invocation } from '@ably/ai-transport'
import { ResponsesCodec } from '@ably/ai-transport/openai'
import { createClientSession } from '@ably/ai-transport/vercel'
import type { Conversation, Message } from '@streamfold/core'
import { aiTransport, defineAiTransport, invocationOf, selectMessages, selectStatus, selectUnanswered } from '@streamfold/core'
import { createFakeClock } from '@streamfold/testkit'
import type { ClientOptions } from 'ably'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { OpenOptions, Trigger, TriggerPrompt } from '../src/index.ts'
import type { Answering } from './ai-transport-agent.ts'
import { theirAgent } from './ai-transport-agent.ts'
import { live, open, realtime, serve, until } from './fixture.ts'

const name = 'ai:theirs'

/** A channel with an agent of theirs, a page of ours that asks it, and as many more of either as a test wants. */
async function stage() {
  const server = await serve()
  const agent = await theirAgent(realtime(server, { clientId: 'bot' }), name)
  const page = (options: OpenOptions = {}, client: ClientOptions = { clientId: 'ann' }) => {
    const channel = realtime(server, client).channels.get(name)
    return { channel, ...open(channel, { agent: 'bot', dialect: aiTransport, ...options }) }
  }
  const trigger: Trigger = (prompt) => agent.wake(invocationOf(prompt))
  const asker = page({ trigger })
  await until(asker.store, live)
  return {
    server,
    agent,
    page,
    asker,
    trigger,
    /** Asks, and waits until their agent has begun to answer. */
    async ask(text = 'Hello?'): Promise<Answering> {
      await asker.sendMessage(text)
      return agent.next()
    },
    async theirClient(clientId = 'bob') {
      const session = createClientSession({ client: realtime(server, { clientId }), channelName: name })
      await session.connect()
      onTestFinished(() => session.close())
      return session
    },
  }
}

const shown = (state: Conversation) => selectMessages(state).map(({ role, text, status }) => `${role}: ${text} (${status})`)
const last = (state: Conversation): Message | undefined => selectMessages(state).at(-1)
const says = (text: string) => (state: Conversation) => last(state)?.text === text
const ready = (state: Conversation) => selectStatus(state) === 'ready' && last(state)?.role === 'assistant'

describe('an agent of @ably/ai-transport, followed by ours', () => {
  it('is asked by us and answers with exactly its text, live and from history', async () => {
    const { asker, ask, page } = await stage()
    const answering = await ask('Hello?')
    expect(answering.run.messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: 'Hello?' }] }])
    await until(asker.store, (state) => selectStatus(state) === 'streaming')
    await answering.say('Hel', 'lo, ', 'world')
    const streaming = await until(asker.store, says('Hello, world'))
    expect(shown(streaming)).toEqual(['user: Hello? (complete)', 'assistant: Hello, world (streaming)'])
    await answering.complete()
    const done = await until(asker.store, ready)
    expect(shown(done)).toEqual(['user: Hello? (complete)', 'assistant: Hello, world (complete)'])
    const [prompt, answer] = selectMessages(done)
    expect(answer).toMatchObject({ replyTo: prompt?.id, clientId: 'bot', continuity: 'contiguous' })
    expect(shown(await until(page({ rewind: false }, { clientId: 'bob' }).store, live))).toEqual(shown(done))
  })

  it('is seen to write from the first word on, and through tools and thought, as one answer', async () => {
    const { asker, ask } = await stage()
    const answering = await ask()
    expect(last(await until(asker.store, (state) => last(state)?.role === 'assistant'))).toMatchObject({
      text: '',
      status: 'streaming',
    })
    await answering.say(
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'reasoning-end', id: 'r' },
    )
    await answering.say(
      { type: 'text-start', id: 'a' },
      { type: 'text-delta', id: 'a', delta: 'Let me see.' },
      { type: 'text-end', id: 'a' },
    )
    await answering.say(
      { type: 'tool-input-start', toolCallId: 'c', toolName: 'look' },
      { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{}' },
    )
    await answering.say({ type: 'tool-input-available', toolCallId: 'c', toolName: 'look', input: {} })
    await answering.say(
      { type: 'tool-output-available', toolCallId: 'c', output: { found: 1 } },
      { type: 'data-chart', data: [1, 2] },
    )
    expect(last(await until(asker.store, says('Let me see.')))?.status).toBe('streaming')
    await answering.say(
      { type: 'text-start', id: 'b' },
      { type: 'text-delta', id: 'b', delta: 'There is one.' },
      { type: 'text-end', id: 'b' },
    )
    await answering.complete()
    const done = await until(asker.store, ready)
    expect(shown(done)).toEqual(['user: Hello? (complete)', 'assistant: Let me see.\n\nThere is one. (complete)'])
  })

  it('goes on where it was after a reload in the middle, without a word twice', async () => {
    const { ask, page } = await stage()
    const answering = await ask()
    await answering.say('One, ', 'two, ')
    for (const options of [{}, { rewind: false as const }, { history: 1 }]) {
      const { store } = page(options)
      await until(store, says('One, two, '))
    }
    const { store } = page()
    await until(store, (state) => live(state) && says('One, two, ')(state))
    await answering.say('three')
    await until(store, says('One, two, three'))
    await answering.complete()
    expect(shown(await until(store, ready))).toEqual(['user: Hello? (complete)', 'assistant: One, two, three (complete)'])
  })

  it.each([true, false])('is caught up with after the line was cut, continuity kept: %s', async (resumed) => {
    const { server, asker, ask } = await stage()
    const answering = await ask()
    await answering.say('One, ')
    await until(asker.store, says('One, '))
    if (!resumed) server.faults.expireContinuity({ clientId: 'ann' })
    server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    await until(asker.store, (state) => state.context.connection.state !== 'connected')
    await answering.say('two, ', 'three, ')
    await until(asker.store, (state) => live(state) && says('One, two, three, ')(state))
    await answering.say('four')
    await until(asker.store, says('One, two, three, four'))
    await answering.complete()
    expect(last(await until(asker.store, ready))).toMatchObject({
      text: 'One, two, three, four',
      status: 'complete',
      continuity: 'contiguous',
    })
  })

  it('has failed when its run has, also for those who were away', async () => {
    const { server, asker, ask, page } = await stage()
    const answering = await ask()
    await answering.say('Half an ')
    await until(asker.store, says('Half an '))
    const away = page({}, { clientId: 'bob' })
    await until(away.store, (state) => live(state) && says('Half an ')(state))
    server.faults.expireContinuity({ clientId: 'bob' })
    server.faults.cut({ clientId: 'bob', refuseFor: 50 })
    answering.fail(new Error('the model is overloaded'))
    await answering.ended
    for (const { store } of [asker, away]) {
      const state = await until(store, (state) => live(state) && selectStatus(state) === 'error')
      expect(last(state)).toMatchObject({
        text: 'Half an ',
        status: 'failed',
        error: 'the model is overloaded',
        continuity: 'contiguous',
      })
    }
    expect(last(await until(page().store, live))).toMatchObject({ status: 'failed', error: 'the model is overloaded' })
  })

  it('shows what an append that was rejected held, once its encoder has repaired it', async () => {
    const { server, asker, ask } = await stage()
    const answering = await ask()
    await answering.say('One, ')
    await until(asker.store, says('One, '))
    server.faults.rejectAppend({ clientId: 'bot' })
    await answering.say('two, ', 'three')
    await answering.complete().catch(() => {})
    expect(last(await until(asker.store, ready))).toMatchObject({ text: 'One, two, three', status: 'complete' })
  })

  it('that is heard no more is shown as stalled, then abandoned, until another takes its run over', async () => {
    const { server, agent, page, trigger } = await stage()
    const clock = createFakeClock(Date.now())
    const { store, sendMessage } = page({ clock, trigger }, { clientId: 'eve' })
    await until(store, live)
    await sendMessage('Hello?')
    const answering = await agent.next()
    await answering.say('Half an ')
    await until(store, says('Half an '))
    clock.advance(12_000)
    expect(last(await until(store, says('Half an ')))?.status).toBe('stalled')
    clock.advance(60_000)
    expect(last(store.latest())?.status).toBe('abandoned')
    const other = await theirAgent(realtime(server, { clientId: 'bot' }), name)
    const { runId, invocationId } = answering.run
    const prompt = selectMessages(store.latest())[0]
    const adopted = other.session.adoptRun(
      Invocation.fromJSON({ inputEventId: prompt?.headers['event-id'] ?? '', sessionName: name }),
      { runId, invocationId },
    )
    await adopted.load()
    await adopted.end({ reason: 'cancelled' })
    expect(last(await until(store, (state) => last(state)?.status === 'cancelled'))?.text).toBe('Half an ')
  })
})

describe('stop', () => {
  it('aborts their agent, from whichever page', async () => {
    const { asker, ask, page } = await stage()
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
    const { asker, agent, page } = await stage()
    const invocations: TriggerPrompt[] = []
    const { store, sendMessage, stop } = page({ trigger: async (prompt) => void invocations.push(prompt) }, { clientId: 'eve' })
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
    const { asker } = await stage()
    await expect(asker.stop('nothing')).rejects.toMatchObject({ code: 'stop-failed' })
  })
})

describe('what their agent said is taken back', () => {
  it('at once, by an update and by a delete, while it streams and after', async () => {
    const { server, asker, ask, page } = await stage()
    const moderator = realtime(server, { clientId: 'moderator' }).channels.get(name)
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

describe('beside clients of theirs', () => {
  it('reads what they ask and are answered, and they read what we ask', async () => {
    const { agent, asker, ask, theirClient } = await stage()
    const bob = await theirClient()
    const parts = [{ type: 'text' as const, text: 'From Bob' }]
    const asked = await bob.view.send({ kind: 'user-message', message: { id: 'm', role: 'user', parts } })
    const first = await agent.answer(asked.toInvocation().toJSON())
    await first.say('To Bob')
    await first.complete()
    const read = await until(asker.store, ready)
    expect(shown(read)).toEqual(['user: From Bob (complete)', 'assistant: To Bob (complete)'])
    expect(selectMessages(read)[1]?.replyTo).toBe(selectMessages(read)[0]?.id)
    const second = await ask('From Ann')
    // Their agent has the whole conversation before it: each message names the one before.
    expect(textsOf(second.run.view.getMessages())).toEqual(['From Bob', 'To Bob', 'From Ann'])
    await second.say('To Ann')
    await second.complete()
    await until(asker.store, ready)
    await vi.waitUntil(() => textsOf(bob.view.getMessages()).length === 4)
    expect(textsOf(bob.view.getMessages())).toEqual(['From Bob', 'To Bob', 'From Ann', 'To Ann'])
  })

  it('asks again what nobody answered, also what they asked', async () => {
    const { agent, asker, theirClient } = await stage()
    const bob = await theirClient()
    await bob.view.send({ kind: 'user-message', message: { id: 'm', role: 'user', parts: [{ type: 'text', text: 'Anybody?' }] } })
    const state = await until(asker.store, says('Anybody?'))
    await asker.retry(last(state)!.id)
    const answering = await agent.next()
    await answering.say('Me')
    await answering.complete()
    const done = await until(asker.store, ready)
    expect(shown(done)).toEqual(['user: Anybody? (complete)', 'assistant: Me (complete)'])
    // An answer that ended is asked for with a prompt of its own.
    await asker.retry(last(done)!.id)
    await (await agent.next()).complete()
    expect(shown(await until(asker.store, (state) => ready(state) && selectMessages(state).length === 4)).slice(2)).toEqual([
      'user: Anybody? (complete)',
      'assistant:  (complete)',
    ])
  })

  it('shows what is said into a run as said, and not as waiting', async () => {
    const { agent, asker, theirClient } = await stage()
    const bob = await theirClient()
    const parts = (text: string) => [{ type: 'text' as const, text }]
    const asked = await bob.view.send({ kind: 'user-message', message: { id: 'm', role: 'user', parts: parts('Tell me all') } })
    const answering = await agent.answer(asked.toInvocation().toJSON())
    await answering.say('It all ')
    await asked.started
    void asked
      .steer({ kind: 'user-message', message: { id: 'n', role: 'user', parts: parts('Be brief') } })
      .outcome.catch(() => {})
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

it('refuses a prompt that is longer than a message, headers of the dialect included', async () => {
  const { asker } = await stage()
  const limit = 65_536
  await expect(asker.sendMessage('x'.repeat(limit - 300))).rejects.toMatchObject({ code: 'prompt-too-large' })
})

it('believes nobody who only claims to be the agent', async () => {
  const { server, asker, ask } = await stage()
  const eve = realtime(server, { clientId: 'eve' }).channels.get(name)
  const answering = await ask()
  await answering.say('True')
  const state = await until(asker.store, says('True'))
  const transport = { role: 'assistant', 'run-id': last(state)?.key, stream: 'true', status: 'streaming', 'run-reason': 'error' }
  await eve.publish({ name: 'ai-output', data: ' and false', extras: { ai: { transport, codec: { kind: 'text' } } } })
  await eve.publish({ name: 'ai-run-end', extras: { ai: { transport } } })
  await until(asker.store, (state) => selectMessages(state).some(({ text }) => text === ' and false'))
  expect(shown(asker.store.latest())).toEqual([
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
    dialect: defineAiTransport({ prompt: 'input_text' }),
    async trigger(prompt) {
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

interface Theirs {
  readonly message: { readonly parts: readonly { readonly type: string; readonly text?: string }[] }
}

function textsOf(messages: readonly Theirs[]): readonly string[] {
  return messages.map(({ message }) => message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
}
