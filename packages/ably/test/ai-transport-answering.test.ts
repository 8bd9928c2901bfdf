import type { Conversation, ToolPart } from '@streamfold/core'
import { selectMessages, selectWaiting } from '@streamfold/core'
import { defineAiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { live } from '@streamfold/test-support/open'
import { until } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import { harness } from './ai-transport-harness.ts'

type Agent = Awaited<ReturnType<typeof harness>>['agent']
type Answering = Awaited<ReturnType<Agent['answer']>>

const call = (id: string) =>
  [
    { type: 'tool-input-start', toolCallId: id, toolName: 'send' },
    { type: 'tool-input-delta', toolCallId: id, inputTextDelta: '{"to":"all"}' },
    { type: 'tool-input-available', toolCallId: id, toolName: 'send', input: { to: 'all' } },
  ] as const

const partsIn = (state: Conversation) =>
  (selectMessages(state)[1]?.parts ?? []).filter((part): part is ToolPart => 'toolCallId' in part)
const callIn = (state: Conversation, id = 'c1') => partsIn(state).find(({ toolCallId }) => toolCallId === id)
const isWaiting = (state: Conversation) => selectMessages(state)[1]?.status === 'waiting'
const isComplete = (state: Conversation) => selectMessages(state)[1]?.status === 'complete'
const responseId = (state: Conversation) => selectMessages(state)[1]!.id

/** A run of their agent that our page began, and that waits for answers to these calls. */
async function suspended(approvals: readonly string[], outputs: readonly string[] = []) {
  const all = await harness()
  const { asker, ask, agent } = all
  const answering = await ask()
  await asks(answering, approvals, outputs)
  await until(asker.store, isWaiting)
  return { ...all, agent }
}

async function asks(answering: Answering, approvals: readonly string[], outputs: readonly string[] = []) {
  await answering.say({ type: 'start-step' })
  for (const id of [...approvals, ...outputs]) await answering.say(...call(id))
  for (const id of approvals) await answering.say({ type: 'tool-approval-request', toolCallId: id, approvalId: `a-${id}` })
  await answering.suspend()
}

/** What their agent gives its model of a call. */
function theirCall({ run }: Answering, id = 'c1') {
  const parts = run.view.getMessages().flatMap(({ message }) => message.parts)
  return parts.find((part) => 'toolCallId' in part && part.toolCallId === id)
}

describe('answers of our pages to agents of @ably/ai-transport', () => {
  it.each([
    ['approves', { approve: true, reason: 'go' }, { state: 'approval-responded', approval: { approved: true, reason: 'go' } }],
    ['denies', { approve: false, reason: 'not now' }, { state: 'output-denied' }],
  ] as const)(
    'a person %s a call: their agent is woken with it, reads it, and goes on in the run',
    async (_, decision, theirs) => {
      const { asker, agent, bob: connect, page } = await suspended(['c1'])
      const bob = await connect()
      await bob.load()
      await asker.answer({ messageId: responseId(asker.store.getState()), toolCallId: 'c1' }, decision)
      const next = await agent.next()
      expect(theirCall(next)).toMatchObject(theirs)
      await next.say('Done.')
      await next.complete()
      for (const { store } of [asker, page({ rewind: false }, { clientId: 'eve' })]) {
        const state = await until(store, (now) => live(now) && isComplete(now))
        expect(selectMessages(state).map(({ text }) => text)).toEqual(['Hello?', 'Done.'])
        expect(callIn(state)?.approval).toMatchObject({ approved: decision.approve, reason: decision.reason, by: 'ann' })
      }
      await bob.until((messages) => messages.some(({ text }) => text === 'Done.'))
      const parts = bob.session.view.getMessages().flatMap(({ message }) => message.parts)
      expect(parts.find((part) => 'toolCallId' in part)).toMatchObject(theirs)
    },
  )

  it.each([
    ['its output', { output: { zone: 'UTC' } }, { state: 'output-available', output: { zone: 'UTC' } }],
    ['why it failed', { error: 'no clock' }, { state: 'output-error', errorText: 'no clock' }],
  ] as const)('a page gives a call %s: their agent reads it and goes on in the run', async (_, decision, shown) => {
    const { asker, agent, page } = await suspended([], ['c1'])
    await asker.answer({ messageId: responseId(asker.store.getState()), toolCallId: 'c1' }, decision)
    expect(callIn(asker.store.getState())).toMatchObject(shown)
    const next = await agent.next()
    expect(theirCall(next)).toMatchObject(shown)
    await next.say('It is noon.')
    await next.complete()
    for (const { store } of [asker, page({ rewind: false }, { clientId: 'eve' })]) {
      const state = await until(store, (now) => live(now) && isComplete(now))
      expect(callIn(state)).toMatchObject(shown)
    }
  })

  it('their agent is woken once all calls are answered, in each message of a run', async () => {
    const { asker, agent } = await suspended(['c1'], ['c2'])
    const messageId = responseId(asker.store.getState())
    await asker.answer({ messageId, toolCallId: 'c1' }, { approve: true })
    await asker.answer({ messageId, toolCallId: 'c2' }, { output: 2 })
    const next = await agent.next()
    expect(theirCall(next)).toMatchObject({ state: 'approval-responded' })
    expect(theirCall(next, 'c2')).toMatchObject({ state: 'output-available', output: 2 })
    await next.say({ type: 'tool-output-available', toolCallId: 'c1', output: 'sent' })
    await asks(next, ['c3'])
    await until(asker.store, (state) => isWaiting(state) && callIn(state, 'c3')?.state === 'approval-requested')
    await asker.answer({ messageId, toolCallId: 'c3' }, { approve: true })
    const last = await agent.next()
    expect(theirCall(last, 'c3')).toMatchObject({ state: 'approval-responded' })
    await last.say('Done.')
    await last.complete()
    await until(asker.store, isComplete)
  })

  it('a page that was loaded again answers, and a double click is one answer', async () => {
    const { asker, agent, page, notifyAgent } = await suspended(['c1'])
    const messageId = responseId(asker.store.getState())
    const again = page({ rewind: false, notifyAgent })
    await until(again.store, (state) => live(state) && isWaiting(state))
    expect(selectWaiting(again.store.getState()).map((one) => one.call.toolCallId)).toEqual(['c1'])
    await Promise.all([1, 2].map(() => again.answer({ messageId, toolCallId: 'c1' }, { approve: true })))
    const { items } = await again.channel.history({ limit: 100 })
    expect(items.filter(({ name }) => name === 'ai-input')).toHaveLength(2)
    const next = await agent.next()
    await next.complete()
    await until(asker.store, isComplete)
  })

  it('of two answers the first counts on our pages, and the second is told so; a stranger may not answer', async () => {
    const { asker, page, agent } = await suspended(['c1'])
    const messageId = responseId(asker.store.getState())
    const ids = { messageId, toolCallId: 'c1' }
    const stranger = page({ rewind: false }, { clientId: 'eve' })
    await until(stranger.store, (state) => live(state) && isWaiting(state))
    await expect(stranger.answer(ids, { approve: true })).rejects.toMatchObject({ code: 'not-permitted' })
    await asker.answer(ids, { approve: false })
    await expect(asker.answer(ids, { approve: true })).rejects.toMatchObject({ code: 'too-late' })
    await expect(asker.answer({ messageId, toolCallId: 'c9' }, { approve: true })).rejects.toMatchObject({ code: 'not-asked' })
    const next = await agent.next()
    expect(theirCall(next)).toMatchObject({ state: 'output-denied' })
    await next.complete()
  })

  it('where no agent could be woken, retry wakes it with the same answer', async () => {
    let isDown = true
    const { asker, page, agent } = await suspended(['c1'])
    const messageId = responseId(asker.store.getState())
    const again = page({
      rewind: false,
      async notifyAgent(prompt) {
        if (isDown) throw new Error('the endpoint is down')
        await agent.wake(invocationOf(prompt))
      },
    })
    await until(again.store, (state) => live(state) && isWaiting(state))
    await expect(again.answer({ messageId, toolCallId: 'c1' }, { approve: true })).rejects.toMatchObject({ code: 'not-notified' })
    isDown = false
    await again.retry(messageId)
    const next = await agent.next()
    expect(theirCall(next)).toMatchObject({ state: 'approval-responded' })
    await next.complete()
    await until(asker.store, isComplete)
  })

  it('a codec that writes no answers refuses before it publishes', async () => {
    const { asker, page } = await suspended(['c1'])
    const messageId = responseId(asker.store.getState())
    const other = page({ rewind: false, codec: defineAiTransport({ prompt: 'input_text' }) })
    await until(other.store, (state) => live(state) && isWaiting(state))
    const answering = other.answer({ messageId, toolCallId: 'c1' }, { approve: true })
    await expect(answering).rejects.toMatchObject({
      code: 'answer-failed',
      message: expect.stringContaining('no answers') as unknown,
    })
  })
})
