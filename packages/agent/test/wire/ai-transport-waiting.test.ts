import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { ToolPart } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'
import { theirClient } from '@streamfold/test-support/their-client'
import type { UIMessageChunk } from 'ai'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Task } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'
import { realtime, serve } from './fixture.ts'

const name = 'ai:ours'

async function* asking(): AsyncGenerator<UIMessageChunk> {
  yield { type: 'text-delta', id: 't', delta: 'May I?' }
  yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'send', input: { to: 'all' } }
  yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
}

/** An agent that asks before it executes a call, a page that asks it, and what was executed. */
async function harness(execute: (task: Task) => Promise<void> = () => Promise.resolve()) {
  const server = await serve({ appendRollupWindow: 0 })
  const ran: string[] = []
  const calls: unknown[] = []
  async function* goingOn(task: Task): AsyncGenerator<UIMessageChunk> {
    calls.push(task.continued?.calls)
    for (const { toolCallId, approved } of task.continued?.calls ?? []) {
      if (!approved) continue
      await task.run(toolCallId)
      await execute(task)
      ran.push(toolCallId)
      yield { type: 'tool-output-available', toolCallId, output: 'sent' }
    }
    yield { type: 'text-delta', id: 'u', delta: 'Done.' }
  }
  const start = (staleAfter = 30_000) => {
    const client = realtime(server, { clientId: 'agent', echoMessages: false })
    const channel = createAgentChannel(client.channels.get(name), { clientId: 'agent', agent: 'agent', codec: aiTransportAgent })
    const respond = (task: Task) => (task.continued ? goingOn(task) : asking())
    const agent = serveAgent({ channel, respond, waits: true, staleAfter, onError: () => {} })
    let isDead = false
    onTestFinished(() => (isDead ? undefined : agent.close()))
    const die = () => {
      isDead = true
      client.close()
    }
    return Object.assign(agent, { channel, die })
  }
  const open = (clientId: string) => {
    const options = { agent: 'agent', codec: aiTransport, rewind: false, scheduler: (flush: () => void) => flush() } as const
    const page = openConversation(realtime(server, { clientId }).channels.get(name), options)
    onTestFinished(() => page.release())
    const response = () => selectMessages(page.store.getState())[1]
    return {
      ...page,
      response,
      call: () => response()?.parts.find((part): part is ToolPart => 'toolCallId' in part),
      until: (status: string) => vi.waitUntil(() => response()?.status === status, { timeout: 20_000 }),
    }
  }
  const agent = start()
  const page = open('ann')
  await page.sendMessage('Hello?')
  const prompt = () => selectMessages(page.store.getState())[0]!.id
  await agent.answer(prompt())
  await page.until('waiting')
  const theirs = await theirClient(realtime(server, { clientId: 'ann' }), name)
  onTestFinished(() => theirs.session.close())
  await theirs.load()
  await theirs.until((shown) => shown.length === 2)
  const theirCall = () =>
    theirs.session.view.getMessages().flatMap(({ message }) => message.parts.filter((part) => 'toolCallId' in part))[0]
  return { ran, calls, start, open, agent, page, theirs, theirCall, prompt }
}

describe('our agent with `waits`, on a channel of AI Transport', () => {
  it.each([true, false])('waits for our page, and goes on in its run: %s', async (approve) => {
    const { page, open, ran, calls, theirCall } = await harness()
    await page.answer({ messageId: page.response()!.id, toolCallId: 'c1' }, { approve })
    await page.until('complete')
    expect(ran).toEqual(approve ? ['c1'] : [])
    expect(calls).toMatchObject([[{ toolCallId: 'c1', approved: approve, by: 'ann' }]])
    const state = approve ? 'output-available' : 'output-denied'
    for (const each of [page, open('eve')]) {
      await each.until('complete')
      expect(each.response()?.text).toBe('May I?\n\nDone.')
      expect(each.call()).toMatchObject({ state, approval: { approved: approve, by: 'ann' } })
    }
    await vi.waitUntil(() => theirCall()?.state === state, { timeout: 20_000 })
  })

  it.each([true, false])('waits for a client of AI Transport, and goes on in its run: %s', async (approved) => {
    const { page, theirs, theirCall, ran } = await harness()
    const { codecMessageId } = theirs.session.view.getMessages()[1]!
    const { runId } = theirs.session.view.runOf(codecMessageId)!
    await theirs.session.view.send(
      { kind: 'tool-approval-response', codecMessageId, payload: { toolCallId: 'c1', approved } },
      { runId },
    )
    await page.until('complete')
    expect(ran).toEqual(approved ? ['c1'] : [])
    await vi.waitUntil(() => theirCall()?.state === (approved ? 'output-available' : 'output-denied'), { timeout: 20_000 })
  })

  it('goes on after its process has ended, in another one', async () => {
    const { page, agent, start, ran, prompt } = await harness()
    await agent.close()
    await page.answer({ messageId: page.response()!.id, toolCallId: 'c1' }, { approve: true })
    await start().answer(prompt())
    await page.until('complete')
    expect(ran).toEqual(['c1'])
    expect(page.call()).toMatchObject({ state: 'output-available', output: 'sent' })
  })

  it.each([
    ['', false],
    [', also where another agent has begun an attempt of its own since', true],
  ])('does not execute a call again that it may have executed when it died%s', async (_, isOverwritten) => {
    const { page, agent, start, ran, prompt } = await harness(() => new Promise(() => {}))
    await page.answer({ messageId: page.response()!.id, toolCallId: 'c1' }, { approve: true })
    await vi.waitUntil(() => page.call()?.running === true, { timeout: 20_000 })
    agent.die()
    const next = start(500)
    if (isOverwritten) {
      const { id, headers } = page.response()!
      await next.channel.conversation()
      const text = [
        frameHead({ type: 'tool', id: 'c1', name: 'send' }),
        '{"to":"all"}',
        frameHead({ type: 'input', id: 'c1' }),
        frameHead({ type: 'ask', id: 'c1', approval: 'a1' }),
      ].join('')
      const own = { role: 'assistant', status: 'waiting', format: 'parts/1', 'reply-to': prompt(), run: headers['run'] ?? '' }
      await next.channel.writer.update(id, { text, headers: own })
      await vi.waitUntil(() => page.call()?.running !== true, { timeout: 20_000 })
    }
    await vi.waitUntil(async () => (await next.answer(prompt())).type === 'answering', { interval: 200, timeout: 20_000 })
    await page.until('complete')
    expect(ran).toEqual([])
    expect(page.call()).toMatchObject({ state: 'output-error' })
  })

  it('two agents that are asked to go on execute a call once', async () => {
    const { page, agent, start, ran, prompt } = await harness()
    const other = start()
    await page.answer({ messageId: page.response()!.id, toolCallId: 'c1' }, { approve: true })
    const answers = await Promise.all([agent, other].map((each) => each.answer(prompt())))
    await Promise.all(answers.map((answer) => (answer.type === 'answering' ? answer.finished : undefined)))
    await page.until('complete')
    expect(ran).toEqual(['c1'])
  })
})
