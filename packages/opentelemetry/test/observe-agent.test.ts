import type { Outcome, StartedAnswer } from '@streamfold/agent'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { observeAgent } from '../src/index.ts'
import { collector } from './collector.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const prompt = selectMessages(
  reduce(
    emptyConversation(),
    normalise(
      { serial: 's1', action: 'message.create', name: 'prompt', clientId: 'ann', data: 'hello', timestamp: 1 },
      { agent: 'agent' },
    ),
  ),
)[0]!

const started: StartedAnswer = {
  channelName: 'ai:observed',
  agent: 'agent',
  prompt,
  traceparent,
  kind: 'new',
  takesOver: false,
  waited: undefined,
}

const ended = (outcome: Partial<Outcome> & Pick<Outcome, 'status'>) => {
  const whole = { text: '', repairs: 0, ...outcome } as Outcome // Of one that has not failed.
  return { type: 'ended', at: 2_000, outcome: whole } as const
}

describe('what an agent reports becomes metrics', () => {
  it('responses that wait, and how long they have waited', async () => {
    const collected = collector()
    const { answer } = observeAgent({ now: () => 1_000, ...collected.process() })
    answer(started)?.record(ended({ status: 'waiting' }))
    answer({ ...started, kind: 'continued', waited: 90_000 })?.record(ended({ status: 'complete' }))
    expect(await collected.points('streamfold.waits')).toEqual([{ value: 1, attributes: {} }])
    expect(await collected.points('streamfold.wait.duration')).toEqual([{ value: 1, attributes: {} }])
    expect(collected.spans.map(({ attributes }) => attributes['streamfold.answer.waited'])).toEqual([undefined, 90])
  })

  it('responses that change their agent', async () => {
    const collected = collector()
    const observer = observeAgent(collected.process())
    observer.answer({ ...started, kind: 'again', takesOver: true })?.record(ended({ status: 'superseded' }))
    observer.closed?.({ channelName: 'ai:observed', responseId: 's2' })
    const by = (await collected.points('streamfold.takeovers')).map(({ attributes }) => attributes['streamfold.takeover'])
    expect(by.toSorted()).toEqual(['closed', 'lost', 'taken'])
  })

  it('answers being written now', async () => {
    const collected = collector()
    const observer = observeAgent(collected.process())
    const [first] = [observer.answer(started), observer.answer(started)]
    first?.record(ended({ status: 'complete' }))
    expect(await collected.points('streamfold.answers.active')).toEqual([{ value: 1, attributes: {} }])
  })

  it('without an SDK nothing, and the trace of the prompt goes on to readers', () => {
    const { answer } = observeAgent()
    expect(answer({ ...started, traceparent: undefined })?.traceparent).toBeUndefined()
    const observer = answer(started)
    expect(observer?.traceparent).toBe(traceparent)
    expect(() => observer?.record(ended({ status: 'complete' }))).not.toThrow()
    expect(observer?.within?.(() => 1)).toBe(1)
  })
})

it('calls of models and tools have no spans if the model’s own package records them, and the metrics stay', async () => {
  const collected = collector()
  const observer = observeAgent({ modelSpans: false, ...collected.process() }).answer(started)
  const usage = { inputTokens: 3 }
  const call = { startedAt: 1, firstChunkAt: 2, endedAt: 3, model: 'm-1', usage, finish: undefined, text: '', error: undefined }
  observer?.record({ type: 'model-call', ...call })
  observer?.record({
    type: 'tool-call',
    startedAt: 1,
    endedAt: 3,
    toolCallId: 'c',
    toolName: 'weather',
    input: '',
    output: '',
    error: undefined,
  })
  observer?.record(ended({ status: 'complete' }))
  expect(collected.spans.map(({ name }) => name)).toEqual(['invoke_agent agent'])
  expect(await collected.points('gen_ai.client.inference.usage.input_tokens')).toMatchObject([{ value: 3 }])
  expect(await collected.points('gen_ai.execute_tool.duration')).toMatchObject([{ value: 1 }])
})
