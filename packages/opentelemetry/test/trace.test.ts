import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { selectMessages } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { CHANNEL, oneAnswer, toolLoop } from './one-answer.ts'

describe('the trace of one answer', () => {
  it('has the prompt, the answer, its model calls, its tool and its repair, and the first text of each reader', async () => {
    const { collected, page, ended } = await oneAnswer(() => toolLoop())
    await ended()
    const [prompt, response] = selectMessages(page.store.getSnapshot())
    expect(response).toMatchObject({ status: 'complete', continuity: 'contiguous' })

    const send = collected.span('streamfold.send')
    const answer = collected.span('invoke_agent agent')
    const calls = collected.spans.filter(({ name }) => name === 'chat m-1')
    const tool = collected.span('execute_tool weather')
    const repairs = collected.spans.filter(({ name }) => name === 'streamfold.repair')
    const firstTexts = collected.spans.filter(({ name }) => name === 'streamfold.first_text')

    const { traceId } = send.spanContext()
    expect(new Set(collected.spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
    expect(send).toMatchObject({
      kind: SpanKind.PRODUCER,
      parentSpanContext: undefined,
      attributes: { 'gen_ai.conversation.id': CHANNEL, 'streamfold.prompt.id': prompt?.id, 'streamfold.prompt.key': prompt?.key },
    })
    expect(answer.parentSpanContext?.spanId).toBe(send.spanContext().spanId)
    expect(answer).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'agent',
        'gen_ai.provider.name': 'openai',
        'gen_ai.conversation.id': CHANNEL,
        'gen_ai.usage.input_tokens': 30,
        'gen_ai.usage.output_tokens': 10,
        'gen_ai.usage.reasoning.output_tokens': 2,
        'gen_ai.response.finish_reasons': ['stop'],
        'streamfold.prompt.id': prompt?.id,
        'streamfold.response.id': response?.id,
        'streamfold.response.status': 'complete',
        'streamfold.response.repairs': repairs.length,
        'streamfold.answer.kind': 'new',
      },
    })
    expect(calls.map(({ kind, attributes }) => ({ kind, ...attributes }))).toEqual([
      expect.objectContaining({
        kind: SpanKind.CLIENT,
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.model': 'm-1',
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 4,
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
      }),
      expect.objectContaining({
        'gen_ai.usage.input_tokens': 20,
        'gen_ai.usage.output_tokens': 6,
        'gen_ai.response.finish_reasons': ['stop'],
      }),
    ])
    expect(tool).toMatchObject({
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather', 'gen_ai.tool.type': 'function' },
    })
    expect(repairs.length).toBeGreaterThan(0)
    expect(firstTexts.map(({ attributes }) => attributes['streamfold.reader.sent']).toSorted()).toEqual([false, true])
    for (const span of [...calls, tool, ...repairs, ...firstTexts]) {
      expect(span.parentSpanContext?.spanId).toBe(answer.spanContext().spanId)
      expect(span.status.code).toBe(SpanStatusCode.UNSET)
    }
    expect(response?.headers['traceparent']).toBe(`00-${traceId}-${answer.spanContext().spanId}-01`)
    expect(answer.events.map(({ name, attributes }) => [name, attributes])).toContainEqual([
      'streamfold.rejected',
      { 'streamfold.operation': 'append', 'error.type': '50000' },
    ])
  })

  it('has no text of a prompt, an answer or a tool', async () => {
    const { collected, ended } = await oneAnswer(() => toolLoop())
    await ended()
    const all = JSON.stringify(collected.spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]))
    for (const text of ['Oslo', 'Let me look', '3 degrees', 'celsius']) expect(all).not.toContain(text)
  })

  it('has them if that is asked for', async () => {
    const { collected, ended } = await oneAnswer(() => toolLoop(), { agent: { recordContents: true } })
    await ended()
    expect(collected.span('invoke_agent agent').attributes).toMatchObject({
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'How warm is it in Oslo?' }] }]),
      'gen_ai.output.messages': expect.stringContaining('It is 3 degrees.'),
    })
    expect(collected.span('execute_tool weather').attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"city":"Oslo"}',
      'gen_ai.tool.call.result': '{"celsius":3}',
    })
  })

  it('names the error of a model, without its message', async () => {
    const { collected, ended } = await oneAnswer(
      async function* () {
        yield 'a beginning'
        throw Object.assign(new Error('the key sk-1 is wrong'), { code: 'invalid_api_key' })
      },
      { serving: { onError: () => undefined } },
    )
    await ended()
    for (const name of ['invoke_agent agent', 'chat']) {
      const { attributes, status } = collected.span(name)
      expect(attributes['error.type']).toBe('invalid_api_key')
      expect(status).toEqual({ code: SpanStatusCode.ERROR })
    }
    expect(JSON.stringify(collected.spans.map(({ attributes, status }) => [attributes, status]))).not.toContain('sk-1')
  })

  it('is another one than the prompt’s, with a link, if prompts are not trusted', async () => {
    const { collected, ended } = await oneAnswer(() => toolLoop(), { agent: { joinTrace: false } })
    await ended()
    const send = collected.span('streamfold.send')
    const answer = collected.span('invoke_agent agent')
    expect(answer.spanContext().traceId).not.toBe(send.spanContext().traceId)
    expect(answer.links.map(({ context }) => context.spanId)).toEqual([send.spanContext().spanId])
  })
})

describe('the metrics of one answer', () => {
  it('are those of the conventions, and of the channel', async () => {
    const { collected, ended } = await oneAnswer(() => toolLoop())
    await ended()
    const total = async (name: string): Promise<number> =>
      (await collected.points(name)).reduce((sum, { value }) => sum + value, 0)
    expect(await total('gen_ai.invoke_agent.duration')).toBe(1)
    expect(await total('gen_ai.client.inference.duration')).toBe(2)
    expect(await total('gen_ai.client.inference.time_to_first_chunk')).toBe(2)
    expect(await total('gen_ai.client.inference.usage.input_tokens')).toBe(30)
    expect(await total('gen_ai.client.inference.usage.output_tokens')).toBe(10)
    expect(await total('gen_ai.client.inference.usage.reasoning.output_tokens')).toBe(2)
    expect(await total('gen_ai.execute_tool.duration')).toBe(1)
    expect(await total('streamfold.append.duration')).toBeGreaterThan(0)
    expect(await total('streamfold.repairs')).toBeGreaterThan(0)
    expect(await total('streamfold.answers.active')).toBe(0)
    expect(await collected.points('streamfold.rejections')).toEqual([
      { value: 1, attributes: { 'streamfold.operation': 'append', 'error.type': '50000' } },
    ])
    expect((await collected.points('streamfold.time_to_first_text')).map(({ value, attributes }) => [value, attributes])).toEqual(
      expect.arrayContaining([
        [1, { 'streamfold.reader.sent': true }],
        [1, { 'streamfold.reader.sent': false }],
      ]),
    )
  })
})
