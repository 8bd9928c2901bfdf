import { ablyService } from '@streamfold/ably/agent'
import { selectMessages } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import { frameHead } from '@streamfold/core/codec'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAgentHandler } from '../../src/index.ts'
import { name, patiently, waiting } from './ai-transport-waiting-harness.ts'

describe('our agent with `waits`, on a channel of AI Transport', () => {
  it.each([true, false])('waits for our page, and goes on in its run: %s', async (approve) => {
    const { page, ids, open, ran, calls, theirCall } = await waiting()
    await page.answer(ids(), { approve })
    await page.until('complete')
    expect(ran).toEqual(approve ? ['c1'] : [])
    expect(calls).toMatchObject([[{ toolCallId: 'c1', approved: approve, by: 'ann' }]])
    const state = approve ? 'output-available' : 'output-denied'
    for (const each of [page, open('eve')]) {
      await each.until('complete')
      expect(each.response()?.text).toBe('May I?\n\nDone.')
      expect(each.call()).toMatchObject({ state, approval: { approved: approve, by: 'ann' } })
    }
    await vi.waitUntil(() => theirCall()?.state === state, patiently)
  })

  it.each([true, false])('waits for a client of AI Transport, and goes on in its run: %s', async (approved) => {
    const { page, theyAnswer, theirCall, ran } = await waiting()
    await theyAnswer({ approved })
    await page.until('complete')
    expect(ran).toEqual(approved ? ['c1'] : [])
    await vi.waitUntil(() => theirCall()?.state === (approved ? 'output-available' : 'output-denied'), patiently)
  })

  it('goes on after its process has ended, in another one', async () => {
    const { page, ids, agent, start, ran, prompt } = await waiting()
    await agent.close()
    await page.answer(ids(), { approve: true })
    await start().answer(prompt())
    await page.until('complete')
    expect(ran).toEqual(['c1'])
    expect(page.call()).toMatchObject({ state: 'output-available', output: 'sent' })
  })

  it.each(['our page', 'a client of AI Transport'])(
    'goes on at the start of another process with what %s decided meanwhile',
    async (by) => {
      const { page, ids, agent, start, ran, theyAnswer, theirCall } = await waiting()
      await agent.close()
      await (by === 'our page' ? page.answer(ids(), { approve: true }) : theyAnswer({ approved: true }))
      void start().recover()
      await page.until('complete')
      expect(ran).toEqual(['c1'])
      expect(page.call()).toMatchObject({ state: 'output-available', output: 'sent', approval: { approved: true, by: 'ann' } })
      expect(page.response()?.text).toBe('May I?\n\nDone.')
      await vi.waitUntil(() => theirCall()?.state === 'output-available', patiently)
    },
  )

  it.each(['ends with each request', 'lives on'])('goes on by the request of our page, in a process that %s', async (how) => {
    const { server, page, ids, agent, respond, ran, theirCall, prompt } = await waiting()
    await agent.close()
    const work: Promise<unknown>[] = []
    const handler = createAgentHandler({
      service: ablyService({
        ...server.clientOptions({ logLevel: 0 }),
        key: server.key,
        codec: aiTransportAgent,
      }),
      authorize: () => ({ clientId: 'ann', conversations: [name] }),
      respond,
      waits: true,
      onError: () => {},
    })
    onTestFinished(() => handler.close())
    const context = how === 'lives on' ? {} : { waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    const post = () => {
      const body = JSON.stringify({ channelName: name, promptSerial: prompt(), responseSerial: ids().messageId })
      return handler(
        new Request('http://localhost/api/responses', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        context,
      )
    }
    expect((await post()).status).toBe(409)
    await page.answer(ids(), { approve: true })
    expect((await post()).status).toBe(202)
    await Promise.all(work)
    await page.until('complete')
    expect((await post()).status).toBe(202)
    expect(ran).toEqual(['c1'])
    expect(page.call()).toMatchObject({ state: 'output-available', output: 'sent' })
    await vi.waitUntil(() => theirCall()?.state === 'output-available', patiently)
  })

  it('goes on by the request of a client of AI Transport, which names its answer, in a process of its own', async () => {
    const { page, agent, start, ran, theyAnswer, theirCall } = await waiting()
    await agent.close()
    const { inputEventId } = (await theyAnswer({ approved: true })).toInvocation()
    const next = start()
    const messages = selectMessages(await next.channel.conversation())
    expect(messages.filter(({ headers }) => headers['event-id'] === inputEventId)).toEqual([])
    await next.recover({ waits: false })
    await page.until('complete')
    expect(ran).toEqual(['c1'])
    expect(page.call()).toMatchObject({ state: 'output-available', approval: { approved: true, by: 'ann' } })
    await vi.waitUntil(() => theirCall()?.state === 'output-available', patiently)
  })

  it.each([
    ['', false],
    [', also where another agent has begun an attempt of its own since', true],
  ])('does not execute a call again that it may have executed when it died%s', async (_, isOverwritten) => {
    const { page, ids, agent, start, ran, prompt } = await waiting({ execute: () => new Promise(() => {}) })
    await page.answer(ids(), { approve: true })
    await vi.waitUntil(() => page.call()?.running === true, patiently)
    agent.die()
    const next = start({ staleAfter: 500 })
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
      await vi.waitUntil(() => page.call()?.running !== true, patiently)
    }
    await vi.waitUntil(async () => (await next.answer(prompt())).type === 'answering', { interval: 200, ...patiently })
    await page.until('complete')
    expect(ran).toEqual([])
    expect(page.call()).toMatchObject({ state: 'output-error' })
  })

  it('two agents that are asked to go on execute a call once', async () => {
    const { page, ids, agent, start, ran, prompt } = await waiting()
    const other = start()
    await page.answer(ids(), { approve: true })
    const answers = await Promise.all([agent, other].map((each) => each.answer(prompt())))
    await Promise.all(answers.map((answer) => (answer.type === 'answering' ? answer.finished : undefined)))
    await page.until('complete')
    expect(ran).toEqual(['c1'])
  })

  it.each([
    ['has ended the response', 'complete'],
    ['executes the call', 'run'],
  ] as const)(
    'of two agents that go on at the same moment, the one that comes when the other %s leaves its response alone',
    async (_, moment) => {
      let execute = () => {}
      const executing = new Promise<void>((resolve) => (execute = resolve))
      const { page, ids, open, agent, start, ran, prompt, theirCall } = await waiting({ execute: () => executing })
      const other = start()
      await other.channel.conversation()
      let arrive = () => {}
      const arrived = new Promise<void>((resolve) => (arrive = resolve))
      let claim = () => {}
      const claiming = new Promise<void>((resolve) => (claim = resolve))
      for (const operation of ['updateMessage', 'publish'] as const) {
        const { [operation]: perform } = other.raw
        other.raw[operation] = async (...given: unknown[]) => {
          arrive()
          await claiming
          return (perform as (...given: unknown[]) => never).apply(other.raw, given)
        }
      }
      await agent.close()
      const winner = start()
      await page.answer(ids(), { approve: true })
      const late = other.answer(prompt())
      await arrived
      const first = await winner.answer(prompt())
      await vi.waitUntil(() => page.call()?.running === true, patiently)
      if (moment === 'complete') {
        execute()
        await page.until('complete')
      }
      claim()
      const second = await late
      if (first.type !== 'answering' || second.type !== 'answering') throw new Error(`${first.type}, ${second.type}`)
      expect(await second.finished).toMatchObject({ status: 'superseded' })
      execute()
      expect(await first.finished).toMatchObject({ status: 'complete' })
      expect(ran).toEqual(['c1'])
      for (const each of [page, open('eve')]) {
        await each.until('complete')
        expect(each.response()?.text).toBe('May I?\n\nDone.')
        expect(each.call()).toMatchObject({ state: 'output-available', output: 'sent', approval: { approved: true, by: 'ann' } })
      }
      await vi.waitUntil(() => theirCall()?.state === 'output-available', patiently)
    },
  )
})
