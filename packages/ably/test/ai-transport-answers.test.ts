import type { Conversation, ToolPart } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { live } from '@streamfold/test-support/open'
import { until } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import { harness } from './ai-transport-harness.ts'

/** A run of their agent that calls tools, and waits. */
async function suspended(asksApproval: boolean) {
  const { agent, bob: connect, page, asker } = await harness()
  const bob = await connect()
  const asked = await bob.send('From Bob')
  const answering = await agent.answer(asked.toInvocation().toJSON())
  await answering.say(
    { type: 'start-step' },
    { type: 'tool-input-start', toolCallId: 'c1', toolName: 'send' },
    { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"to":"all"}' },
    { type: 'tool-input-available', toolCallId: 'c1', toolName: 'send', input: { to: 'all' } },
  )
  if (asksApproval) await answering.say({ type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' })
  await until(asker.store, (state) => callIn(state)?.state === (asksApproval ? 'approval-requested' : 'input-available'))
  await answering.suspend()
  await until(asker.store, (state) => selectMessages(state)[1]?.status === 'waiting')
  const theirs = bob.session.view.getMessages().at(-1)! // The response.
  const { runId } = answering.run
  return {
    asker,
    bob,
    page,
    theirs,
    runId,
    carol: () => connect('carol'),
    async goOn(sent: Awaited<ReturnType<typeof bob.send>>, text: string) {
      const next = await agent.answer(sent.toInvocation().toJSON())
      await next.say(text)
      await next.complete()
    },
  }
}

const callIn = (state: Conversation) =>
  selectMessages(state)[1]?.parts.find((part): part is ToolPart => 'toolCallId' in part) as ToolPart | undefined

describe('answers of clients of @ably/ai-transport', () => {
  it.each([
    ['approves', { approved: true }, { approved: true }],
    ['denies', { approved: false, reason: 'not now' }, { approved: false, reason: 'not now' }],
  ] as const)('a person %s a call: our pages show it, with who did, live and from history', async (_, given, shown) => {
    const { asker, bob, page, theirs, runId } = await suspended(true)
    await bob.session.view.send(
      { kind: 'tool-approval-response', codecMessageId: theirs.codecMessageId, payload: { toolCallId: 'c1', ...given } },
      { runId },
    )
    const decided = (state: Conversation) => callIn(state)?.state === 'approval-responded'
    for (const { store } of [asker, page({ rewind: false }, { clientId: 'eve' })]) {
      const state = await until(store, (now) => live(now) && decided(now))
      expect(callIn(state)?.approval).toMatchObject({ ...shown, by: 'bob' })
    }
  })

  it.each([
    [
      'its output',
      { kind: 'tool-result', payload: { output: { zone: 'UTC' } } },
      { state: 'output-available', output: { zone: 'UTC' } },
    ],
    [
      'why it failed',
      { kind: 'tool-result-error', payload: { message: 'no clock' } },
      { state: 'output-error', errorText: 'no clock' },
    ],
  ] as const)(
    'a page gives a call %s: our pages show it, also after the run has ended, from history too',
    async (_, given, shown) => {
      const { asker, bob, page, goOn, theirs, runId } = await suspended(false)
      const { kind, payload } = given
      const sent = await bob.session.view.send(
        { kind, codecMessageId: theirs.codecMessageId, payload: { toolCallId: 'c1', ...payload } } as Parameters<
          typeof bob.session.view.send
        >[0], // One of two.
        { runId },
      )
      await until(asker.store, (state) => callIn(state)?.state === shown.state)
      await goOn(sent, 'It is noon.')
      for (const { store } of [asker, page({ rewind: false }, { clientId: 'eve' })]) {
        const state = await until(store, (now) => live(now) && selectMessages(now)[1]?.status === 'complete')
        expect(callIn(state)).toMatchObject(shown)
        expect(selectMessages(state).map(({ text }) => text)).toEqual(['From Bob', 'It is noon.'])
      }
    },
  )

  it('an answer by somebody else, a second one, and one that comes after the end change nothing', async () => {
    const { asker, bob, carol, theirs, runId, goOn } = await suspended(true)
    const answer = (client: typeof bob, approved: boolean) =>
      client.session.view.send(
        { kind: 'tool-approval-response', codecMessageId: theirs.codecMessageId, payload: { toolCallId: 'c1', approved } },
        { runId },
      )
    const stranger = await carol()
    await answer(stranger, true)
    await bob.send('Still there?')
    await until(asker.store, (state) => selectMessages(state).length === 3)
    expect(callIn(asker.store.getState())?.state).toBe('approval-requested')
    const decided = await answer(bob, false)
    await answer(bob, true)
    const state = await until(asker.store, (now) => callIn(now)?.approval?.late?.length === 1)
    expect(callIn(state)?.approval).toMatchObject({ approved: false, by: 'bob', late: [{ by: 'bob', approved: true }] })
    await goOn(decided, 'Not sent.')
    await until(asker.store, (now) => selectMessages(now)[1]?.status === 'complete')
  })
})
