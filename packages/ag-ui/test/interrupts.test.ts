import type { Chunk, Task } from '@streamfold/agent'
import { buildResumeArray } from '@ag-ui/client'
import { describe, expect, it } from 'vitest'
import { harness, shown, so } from './harness.ts'

/** Asks for an approval of each call, or has the page run one; then says what came of it. */
async function* asking({ prompt, continued, run }: Task): AsyncGenerator<Chunk, void> {
  if (!continued) {
    const count = prompt.text === 'both' ? 2 : 1
    for (let n = 1; n <= count; n++) {
      yield { type: 'tool-call', toolCallId: `c${n}`, toolName: 'send', input: { to: n } }
      if (prompt.text !== 'page' && !(prompt.text === 'both' && n === 2))
        yield { type: 'tool-approval-request', toolCallId: `c${n}`, approvalId: `a${n}`, reason: 'it costs money' }
    }
    return
  }
  for (const { toolCallId, approved } of continued.calls) {
    if (approved === undefined) continue
    if (!approved) continue
    await run(toolCallId)
    yield { type: 'tool-result', toolCallId, output: 'sent' }
  }
  yield 'Done.'
}

describe('approvals and client tools over AG-UI', () => {
  it('interrupts a run for an approval, and goes on with the run that resumes it', async () => {
    const { page } = await harness(asking)
    const ann = page()
    await ann.say('one')
    const [interrupt] = ann.agent.pendingInterrupts
    expect(ann.agent.pendingInterrupts).toHaveLength(1)
    expect(interrupt).toMatchObject({ reason: 'tool_call', toolCallId: 'c1', message: 'it costs money' })
    await ann.agent.runAgent({
      resume: buildResumeArray(ann.agent.pendingInterrupts, {
        [interrupt!.id]: { status: 'resolved', payload: { approved: true } },
      }),
    })
    expect(shown(ann)).toEqual(['user: one', 'call send{"to":1}', 'tool: sent', 'assistant: Done.'])
    expect(ann.agent.pendingInterrupts).toEqual([])
  })

  it.each([
    ['denied with a reason', { status: 'resolved', payload: { approved: false, reason: 'too dear' } }, 'too dear'],
    ['cancelled', { status: 'cancelled' }, 'denied'],
  ] as const)('goes on without the call that is %s', async (_, response, said) => {
    const { page } = await harness(asking)
    const ann = page()
    await ann.say('one')
    await ann.agent.runAgent({ resume: [{ interruptId: ann.agent.pendingInterrupts[0]!.id, ...response }] })
    expect(shown(ann)).toEqual(['user: one', 'call send{"to":1}', expect.stringContaining(said), 'assistant: Done.'])
  })

  it('asks again after a reload, and in another tab, where the answer counts as well', async () => {
    const { page } = await harness(asking)
    const first = page()
    await first.say('one')
    const asked = first.agent.pendingInterrupts
    first.close()

    const [second, third] = [page(), page({ follow: true })]
    await second.agent.connectAgent()
    expect(second.agent.pendingInterrupts).toEqual(asked)
    await so(() => expect(third.agent.pendingInterrupts).toEqual(asked))
    await second.agent.runAgent({ resume: [{ interruptId: asked[0]!.id, status: 'resolved', payload: { approved: true } }] })
    expect(shown(second).slice(1)).toEqual(['call send{"to":1}', 'tool: sent', 'assistant: Done.'])
    await so(() => expect(third.agent.messages).toEqual(second.agent.messages))
    await so(() => expect(third.agent.pendingInterrupts).toEqual([]))
    expect(third.agent.isRunning).toBe(false)
  })

  it('refuses no run for an interrupt that another tab has answered', async () => {
    const { page } = await harness(asking)
    const [first, second] = [page(), page()]
    await first.say('one')
    await second.agent.connectAgent()
    await second.agent.runAgent({
      resume: [{ interruptId: second.agent.pendingInterrupts[0]!.id, status: 'resolved', payload: { approved: true } }],
    })
    // The page has not followed, and its channel is detached between runs.
    await so(() => expect(first.channel.state).toBe('detached'))
    expect(first.agent.pendingInterrupts).toHaveLength(1)
    await first.say('again')
    expect(first.errors).toEqual([])
    expect(first.agent.pendingInterrupts).toHaveLength(1)
  })

  it('gives the page a call to run, and takes its result from the messages of the next run', async () => {
    const { page } = await harness(asking)
    const ann = page()
    let pending: readonly string[] | undefined
    ann.agent.subscribe({
      onRunFinishedEvent: (params) => {
        if (params.outcome === 'success') pending = params.pendingToolCallIds
      },
    })
    await ann.say('page')
    expect(pending).toEqual(['c1'])
    expect(ann.agent.pendingInterrupts).toEqual([])
    ann.agent.addMessage({ id: 'result', role: 'tool', toolCallId: 'c1', content: '{"ok":true}' })
    await ann.agent.runAgent()
    expect(shown(ann)).toEqual(['user: page', 'call send{"to":1}', 'tool: {"ok":true}', 'assistant: Done.'])
  })

  it('takes an approval and a result of the page in one run', async () => {
    const { page } = await harness(asking)
    const ann = page()
    await ann.say('both')
    const [interrupt, ...others] = ann.agent.pendingInterrupts
    expect(others).toEqual([])
    ann.agent.addMessage({ id: 'result', role: 'tool', toolCallId: 'c2', content: 'text', error: 'no printer' })
    await ann.agent.runAgent({ resume: [{ interruptId: interrupt!.id, status: 'resolved', payload: true }] })
    expect(shown(ann)).toEqual([
      'user: both',
      'call send{"to":1}',
      'tool: sent',
      'call send{"to":2}',
      'tool: no printer',
      'assistant: Done.',
    ])
    expect(ann.agent.messages.find(({ id }) => id.endsWith('/1/result'))).toMatchObject({ error: 'no printer' })
  })

  it('says what is wrong with an answer that says neither yes nor no, and asks again', async () => {
    const { page } = await harness(asking)
    const ann = page()
    await ann.say('one')
    const [interrupt] = ann.agent.pendingInterrupts
    await ann.agent.runAgent({ resume: [{ interruptId: interrupt!.id, status: 'resolved', payload: 'perhaps' }] })
    expect(ann.errors.join()).toContain('neither yes nor no')
    await ann.agent.runAgent({ resume: [{ interruptId: interrupt!.id, status: 'resolved', payload: true }] })
    expect(shown(ann).at(-1)).toBe('assistant: Done.')
  })

  it('asks nobody who may not answer', async () => {
    const { page } = await harness(asking)
    const ann = page()
    await ann.say('one')
    const bob = page({ clientId: 'bob' })
    await bob.agent.connectAgent()
    expect(bob.agent.pendingInterrupts).toEqual([])
    expect(shown(bob)).toEqual(shown(ann))
  })
})
