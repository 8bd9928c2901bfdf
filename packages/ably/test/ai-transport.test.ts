import { Invocation } from '@ably/ai-transport'
import { selectMessages, selectStatus } from '@streamfold/core'
import { createFakeClock } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import { theirAgent } from '@streamfold/test-support/their-agent'
import { last, name, ready, says, shown, harness } from './ai-transport-harness.ts'
import { faults } from './fault-table.ts'
import { live } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { until } from '@streamfold/testkit'

describe('an agent of @ably/ai-transport, followed by ours', () => {
  it('is asked by us and answers with exactly its text, live and from history', async () => {
    const { asker, ask, page } = await harness()
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
    const { asker, ask } = await harness()
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
    const { ask, page } = await harness()
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
    const { server, asker, ask } = await harness()
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
    const { server, asker, ask, page } = await harness()
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
    const { server, asker, ask } = await harness()
    const answering = await ask()
    await answering.say('One, ')
    await until(asker.store, says('One, '))
    server.faults.rejectAppend({ clientId: 'bot' })
    await answering.say('two, ', 'three')
    await answering.complete().catch(() => {})
    expect(last(await until(asker.store, ready))).toMatchObject({ text: 'One, two, three', status: 'complete' })
  })

  it('that is heard no more is shown as stalled, then abandoned, until another takes its run over', async () => {
    const { server, agent, page, notifyAgent } = await harness()
    const clock = createFakeClock(Date.now())
    const { store, sendMessage } = page({ clock, notifyAgent }, { clientId: 'eve' })
    await until(store, live)
    await sendMessage('Hello?')
    const answering = await agent.next()
    await answering.say('Half an ')
    await until(store, says('Half an '))
    clock.advance(12_000)
    expect(last(await until(store, says('Half an ')))?.status).toBe('stalled')
    clock.advance(60_000)
    expect(last(store.getState())?.status).toBe('abandoned')
    const other = await theirAgent(realtime(server, { clientId: 'bot' }), name)
    const { runId, invocationId } = answering.run
    const prompt = selectMessages(store.getState())[0]
    const adopted = other.session.adoptRun(
      Invocation.fromJSON({ inputEventId: prompt?.headers['event-id'] ?? '', sessionName: name }),
      { runId, invocationId },
    )
    await adopted.load()
    await adopted.end({ reason: 'cancelled' })
    expect(last(await until(store, (state) => last(state)?.status === 'cancelled'))?.text).toBe('Half an ')
  })
})

it.each(faults)('ends with exactly its text when %s in the middle', async (_, strike) => {
  const { server, asker, ask } = await harness()
  const answering = await ask()
  const words = Array.from({ length: 60 }, (_, index) => `${index} `)
  for (const [index, word] of words.entries()) {
    if (index === 20 || index === 40) strike(server)
    await answering.say(word)
    const { text = '', continuity } = last(asker.store.getState()) ?? {}
    // Nothing is shown that their agent never said.
    if (continuity === 'contiguous' && text !== 'Hello?') expect(words.join('').startsWith(text)).toBe(true)
  }
  await answering.complete()
  const whole = await until(asker.store, (state) => live(state) && ready(state))
  expect(last(whole)).toMatchObject({ text: words.join(''), status: 'complete', continuity: 'contiguous' })
})

it('reads older runs page by page, also where a page ends in the middle of one', async () => {
  const { ask, page, asker } = await harness()
  for (const question of ['One?', 'Two?']) {
    const answering = await ask(question)
    await answering.say(`${question}!`)
    await answering.complete()
    await until(asker.store, ready)
  }
  const { store, loadOlder } = page({ history: 4, rewind: false }, { clientId: 'eve' })
  const part = await until(store, live)
  expect(shown(part)).toEqual(['assistant: Two?! (complete)'])
  while (store.getState().context.hasOlder) await loadOlder()
  expect(shown(store.getState())).toEqual(shown(asker.store.getState()))
  // The row of a list keeps its place while more of its run is read.
  expect(last(store.getState())?.key).toBe(last(part)?.key)
})
