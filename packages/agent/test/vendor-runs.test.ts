import Anthropic from '@anthropic-ai/sdk'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { jsonSchema, simulateReadableStream, stepCountIs, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Chunk } from '../src/index.ts'
import type { ReadPart } from './read-parts.ts'
import { readParts } from './read-parts.ts'
import { runServer } from './run-server.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]
const schema = { type: 'object' as const, properties: { city: { type: 'string' as const } } }

const run = {
  thoughts: ['Rome', ' and Oslo.'],
  words: ['Let me ', 'look.'],
  calls: [
    { id: 'c1', name: 'weather', input: ['{"city"', ':"Rome"}'] },
    { id: 'c2', name: 'weather', input: ['{"city":', '"Oslo"}'] },
  ],
  answer: ['It is ', '3 degrees.'],
}

/** One request of a vendor's own package. */
type Ask = (baseURL: string) => AsyncIterable<unknown> | PromiseLike<AsyncIterable<unknown>>

function ask(baseURL: string) {
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>(schema),
    outputSchema: jsonSchema<string>({ type: 'string' }),
  })
  return streamText({ model: createOpenAICompatible({ name: 'local', baseURL })('m'), messages, tools: { weather } })
}

const vendors: Readonly<Record<string, Ask>> = {
  'openai chat completions': (baseURL) =>
    new OpenAI({ baseURL, apiKey: 'none' }).chat.completions.create({ model: 'm', messages, stream: true }),
  'openai responses': (baseURL) =>
    new OpenAI({ baseURL, apiKey: 'none' }).responses.create({ model: 'm', input: 'hello', stream: true }),
  'anthropic create': (baseURL) =>
    new Anthropic({ baseURL, apiKey: 'none' }).messages.create({ model: 'm', max_tokens: 10, messages, stream: true }),
  'anthropic stream': (baseURL) =>
    new Anthropic({ baseURL, apiKey: 'none' }).messages.stream({ model: 'm', max_tokens: 10, messages }),
  'AI SDK stream': (baseURL) => ask(baseURL).fullStream,
  'AI SDK toUIMessageStream': (baseURL) => ask(baseURL).toUIMessageStream(),
}

/** What readers see: not the ids of blocks, and not what only a provider reads. */
function shown(parts: readonly ReadPart[]): readonly object[] {
  return parts
    .filter(({ type }) => type !== 'end' && type !== 'meta')
    .map((part) => {
      const { provider: _, ...rest } = part as ReadPart & { readonly provider?: unknown } // Where there is one.
      if (rest.type !== 'text' && rest.type !== 'reasoning') return rest
      return { type: rest.type, body: rest.body }
    })
}

describe.each(Object.keys(vendors))('a loop over %s', (name) => {
  async function* loop(baseURL: string) {
    for (let step = 0; step < 2; step++) for await (const chunk of await vendors[name]!(baseURL)) yield chunk as Chunk
  }

  test('reasoning, text, two calls, and the answer are the same parts as of any other', async () => {
    const { parts, errors, end } = await readParts(loop(await runServer(run)))
    const inputs = parts.filter(({ type }) => type === 'input')
    expect(inputs).toEqual([expect.objectContaining({ id: 'c1' }), expect.objectContaining({ id: 'c2' })])
    expect(inputs.some((input) => 'input' in input || 'error' in input)).toBe(false)
    expect(shown(parts.filter(({ type }) => type !== 'input'))).toEqual([
      { type: 'reasoning', body: 'Rome and Oslo.' },
      { type: 'text', body: 'Let me look.' },
      { type: 'tool', id: 'c1', name: 'weather', body: { city: 'Rome' } },
      { type: 'tool', id: 'c2', name: 'weather', body: { city: 'Oslo' } },
      { type: 'step' },
      { type: 'text', body: 'It is 3 degrees.' },
    ])
    expect([errors, end]).toEqual([[], { finish: 'stop', instead: 'tools' }])
    // A stream for a page does not count.
    const counted = parts.filter(({ type }) => type === 'meta').map(({ body }) => body)
    const usage = expect.objectContaining({ inputTokens: 20, outputTokens: 10 })
    expect(counted).toEqual(name === 'AI SDK toUIMessageStream' ? [] : [{ model: 'm', usage }])
  })
})

test('the signature of Anthropic’s reasoning is kept', async () => {
  const { parts } = await readParts(vendors['anthropic create']!(await runServer(run)) as PromiseLike<AsyncIterable<Chunk>>)
  expect(parts.slice(0, 2)).toEqual([
    { type: 'reasoning', body: 'Rome and Oslo.' },
    { type: 'end', provider: { anthropic: { signature: 'signed' } } },
  ])
})

type Part = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never

function threeSteps() {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  const text = (delta: string): Part[] => [
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta },
    { type: 'text-end', id: '0' },
  ]
  const call = (toolCallId: string, toolName: string, input: string): Part[] => [
    { type: 'tool-input-start', id: toolCallId, toolName },
    { type: 'tool-input-delta', id: toolCallId, delta: input },
    { type: 'tool-input-end', id: toolCallId },
    { type: 'tool-call', toolCallId, toolName, input },
  ]
  const finish = (unified: 'tool-calls' | 'stop'): Part => ({ type: 'finish', usage, finishReason: { unified, raw: undefined } })
  const steps: Part[][] = [
    [...text('First.'), ...call('c1', 'weather', '{"city":"Rome"}'), ...call('c2', 'broken', '{}'), finish('tool-calls')],
    [...call('c3', 'weather', '{"city":"Oslo"}'), finish('tool-calls')],
    [...text('Done.'), finish('stop')],
  ]
  const model = new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({ chunks: steps.shift()!, initialDelayInMs: null, chunkDelayInMs: null }),
    }),
  })
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>(schema),
    async *execute({ city }) {
      yield `looking up ${city}`
      yield `${city}: 3`
    },
  })
  const broken = tool({
    inputSchema: jsonSchema({ type: 'object', properties: {} }),
    execute(): string {
      throw new Error('sk-1234')
    },
  })
  return streamText({ model, prompt: 'hello', tools: { weather, broken }, stopWhen: stepCountIs(3) })
}

test.each([
  ['its result', () => threeSteps()],
  ['its stream for a page', () => threeSteps().toUIMessageStream()],
])('a loop of the AI SDK with three steps, by %s', async (_, source) => {
  const { parts, errors, chunks } = await readParts(source() as AsyncIterable<Chunk>)
  const seen = shown(parts)
  // Tools run side by side: their results come in no certain order.
  const results = (of: string) => seen.filter((part) => 'id' in part && part.id === of && !('name' in part))
  const looked = (id: string, city: string) => [
    { type: 'input', id },
    { type: 'output', id, preliminary: true, body: `looking up ${city}` },
    { type: 'output', id, preliminary: true, body: `${city}: 3` },
    { type: 'output', id, body: `${city}: 3` },
  ]
  expect(results('c1')).toEqual(looked('c1', 'Rome'))
  expect(results('c2')).toEqual([
    { type: 'input', id: 'c2' },
    { type: 'fault', id: 'c2', body: 'described: ToolError' },
  ])
  expect(results('c3')).toEqual(looked('c3', 'Oslo'))
  expect(seen.filter(({ type }: { type?: string }) => ['text', 'tool', 'step'].includes(type!))).toEqual([
    { type: 'text', body: 'First.' },
    { type: 'tool', id: 'c1', name: 'weather', body: { city: 'Rome' } },
    { type: 'tool', id: 'c2', name: 'broken', body: {} },
    { type: 'step' },
    { type: 'tool', id: 'c3', name: 'weather', body: { city: 'Oslo' } },
    { type: 'step' },
    { type: 'text', body: 'Done.' },
  ])
  expect(JSON.stringify(chunks)).not.toContain('sk-1234')
  expect(errors).toEqual([expect.stringMatching(/^unable to run the tool broken; /)])
})
