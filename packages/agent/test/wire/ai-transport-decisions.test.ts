import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { fakeClock } from '../fake-clock.ts'
import type { Page } from './ai-transport-waiting-harness.ts'
import { askingApproval, askingOutput, patiently, waiting } from './ai-transport-waiting-harness.ts'

describe('a deadline of our agent with `waits`, on a channel of AI Transport', () => {
  it.each([
    ['an approval', askingApproval, 'output-denied', { approval: { approved: false, auto: 'deadline' } }],
    ['the output of a page', askingOutput, 'output-error', { errorText: 'nobody answered in time' }],
  ] as const)('ends the wait for %s: nothing is executed, and both clients show it', async (_, asking, state, shown) => {
    const clock = fakeClock()
    const passing = setInterval(() => void clock.run(clock.now() + 5), 5)
    onTestFinished(() => clearInterval(passing))
    const { page, ids, open, ran, theirCall } = await waiting({ asking, agent: { clock, answerWithin: 60_000 } })
    await clock.run(clock.now() + 50_000)
    expect(page.response()?.status).toBe('waiting')
    await clock.run(clock.now() + 13_000)
    await page.until('complete')
    expect(ran).toEqual([])
    for (const each of [page, open('eve')]) {
      await each.until('complete')
      expect(each.response()?.text).toBe('May I?\n\nDone.')
      expect(each.call()).toMatchObject({ state, ...shown })
    }
    await vi.waitUntil(() => theirCall()?.state === state, patiently)
    const late = asking === askingApproval ? { approve: true } : { output: 'sent' }
    await expect(page.answer(ids(), late)).rejects.toMatchObject({ code: 'too-late', message: expect.stringContaining('time') })
  })

  it('counts for an agent that starts afterwards, also against a client of AI Transport that answered too late', async () => {
    let ahead = 0
    const clock = { ...systemClock, now: () => Date.now() + ahead }
    const { page, agent, start, ran, theyAnswer, theirCall } = await waiting({
      server: { clock },
      agent: { answerWithin: 60_000 },
    })
    await agent.close()
    ahead = 70_000
    await theyAnswer({ approved: true })
    await vi.waitUntil(() => theirCall()?.state === 'approval-responded', patiently)
    void start().recover()
    await page.until('complete')
    expect(ran).toEqual([])
    expect(page.call()).toMatchObject({ state: 'output-denied', approval: { approved: false, auto: 'deadline' } })
    await vi.waitUntil(() => theirCall()?.state === 'output-denied', patiently)
  })
})

describe('the output of a page, for our agent with `waits` on a channel of AI Transport', () => {
  it.each([
    ['what it is', { output: { sent: 2 } }, { output: { sent: 2 } }, { state: 'output-available', output: { sent: 2 } }],
    ['why there is none', { error: 'no mail' }, { message: 'no mail' }, { state: 'output-error', errorText: 'no mail' }],
  ] as const)('of either client says %s, and the agent goes on with it in its run', async (_, ours, theirs, shown) => {
    for (const isOurs of [true, false]) {
      const { page, ids, open, ran, calls, theyAnswer, theirCall } = await waiting({ asking: askingOutput })
      await (isOurs ? page.answer(ids(), ours) : theyAnswer(theirs))
      await page.until('complete')
      expect(ran).toEqual([])
      expect(calls).toMatchObject([[{ toolCallId: 'c1', approved: false, by: 'ann' }]])
      for (const each of [page, open('eve')]) {
        await each.until('complete')
        expect(each.response()?.text).toBe('May I?\n\nDone.')
        expect(each.call()).toMatchObject(shown)
      }
      await vi.waitUntil(() => theirCall()?.state === shown.state, patiently)
      expect(theirCall()).toMatchObject(shown)
    }
  })

  it('that the client of AI Transport for useChat gives counts: the agent goes on in its run, which that client has left', async () => {
    const { page, open, theirs, theirCall, calls } = await waiting({ asking: askingOutput })
    await theirs.giveOutput('c1', 'by hand')
    await page.until('complete')
    expect(calls).toMatchObject([[{ toolCallId: 'c1', by: 'ann' }]])
    for (const each of [page, open('eve')]) {
      await each.until('complete')
      expect(each.response()?.text).toBe('May I?\n\nDone.')
      expect(each.call()).toMatchObject({ state: 'output-available', output: 'by hand' })
    }
    expect(theirCall()).toMatchObject({ state: 'output-available', output: 'by hand' })
    expect(theirs.shown().at(-1)?.text).toBe('May I?')
  })
})

describe('two decisions at the same moment, for our agent with `waits` on a channel of AI Transport', () => {
  it.each([true, false])('of two of our pages are one: %s first', async (approve) => {
    const { page, ids, open, ran, calls, theirCall } = await waiting()
    const other = open('ann')
    await other.until('waiting')
    const decided = await Promise.allSettled([page.answer(ids(), { approve }), other.answer(ids(), { approve: !approve })])
    const refused = decided.filter((each) => each.status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 'too-late' } }])
    await expectOne(decided[0].status === 'fulfilled' ? approve : !approve, [page, other, open('eve')], { ran, calls })
    await vi.waitUntil(() => theirCall()?.state === stateFor(ran), patiently)
  })

  it.each([true, false])('of our page and a client of AI Transport are one: %s here', async (approve) => {
    const { page, ids, open, ran, calls, theyAnswer, theirCall } = await waiting()
    const [ours] = await Promise.allSettled([page.answer(ids(), { approve }), theyAnswer({ approved: !approve })])
    if (ours.status === 'rejected') expect(ours.reason).toMatchObject({ code: 'too-late' })
    await expectOne(ours.status === 'fulfilled' ? approve : !approve, [page, open('eve')], { ran, calls })
    await vi.waitUntil(() => theirCall()?.state === stateFor(ran), patiently)
  })

  const stateFor = (ran: readonly string[]) => (ran.length > 0 ? 'output-available' : 'output-denied')

  /** That the call was executed once if it was approved, and that all pages show what was decided. */
  async function expectOne(
    approved: boolean,
    pages: readonly Page[],
    { ran, calls }: { readonly ran: readonly string[]; readonly calls: readonly unknown[] },
  ): Promise<void> {
    for (const each of pages) {
      await each.until('complete')
      expect(each.call()).toMatchObject({ state: stateFor(ran), approval: { approved, by: 'ann' } })
      expect(each.response()?.text).toBe('May I?\n\nDone.')
    }
    expect(ran).toEqual(approved ? ['c1'] : [])
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject([{ toolCallId: 'c1', approved }])
  }
})
