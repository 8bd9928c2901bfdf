import Anthropic from '@anthropic-ai/sdk'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { jsonSchema, stepCountIs, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { describe, expect, test, vi } from 'vitest'
import type { Source } from '../src/index.ts'
import { streamResponse, systemClock } from '../src/index.ts'
import { accepted, fakeServer } from './fake-server.ts'
import type { Script } from './model-server.ts'
import { modelServer } from './model-server.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]
const openai = (baseURL: string) => new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 })
const anthropic = (baseURL: string) => new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0 })
const result = (baseURL: string) =>
  streamText({
    model: createOpenAICompatible({ name: 'local', baseURL })('m'),
    messages,
    maxRetries: 0,
    onError: () => undefined, // the stream says it too; the default prints it
  })

/** Each vendor's own package, its stream handed over as it is. */
const sources: Readonly<Record<string, (url: string) => Source | PromiseLike<Source>>> = {
  'openai chat completions': (url) => openai(url).chat.completions.create({ model: 'm', messages, stream: true }),
  'openai responses': (url) => openai(url).responses.create({ model: 'm', input: 'hello', stream: true }),
  'anthropic create': (url) => anthropic(url).messages.create({ model: 'm', max_tokens: 10, messages, stream: true }),
  'anthropic stream': (url) => anthropic(url).messages.stream({ model: 'm', max_tokens: 10, messages }),
  'AI SDK result': (url) => result(url),
  'AI SDK stream': (url) => result(url).stream,
  'AI SDK fullStream': (url) => result(url).fullStream,
  'AI SDK textStream': (url) => result(url).textStream,
}

async function answer(name: string, script: Script) {
  const onError = vi.fn<(error: unknown) => void>()
  const server = fakeServer(systemClock, () => ({ ...accepted, delay: 0 }))
  const stream = streamResponse(server, sources[name]!(await modelServer(script)), { repair: { pause: 1 }, onError })
  return { outcome: await stream.finished, stored: server.first(), onError }
}

describe.each(Object.keys(sources))('%s', (name) => {
  const words = ['One', ' two', ' 三', ' 😀', ' end.']

  test('its text arrives whole', async () => {
    const { outcome, stored } = await answer(name, { words, ends: 'well' })
    // Text alone does not say why it ended.
    const finish = name === 'AI SDK textStream' ? {} : { finish: 'stop' }
    expect(outcome).toEqual({ status: 'complete', text: words.join(''), repairs: 0, ...finish })
    expect(stored).toMatchObject({ text: words.join(''), headers: { status: 'complete', ...finish } })
  })

  // textStream has no errors: for these the result itself is handed over.
  const tells = name === 'AI SDK textStream' ? [] : [name]
  test.each(tells.flatMap(() => [['at a limit', 'length'] as const, ['filtered', 'content-filter'] as const]))(
    'an answer that ends %s is complete, and says so: %s',
    async (ends, finish) => {
      const { outcome, stored } = await answer(name, { words, ends })
      expect(outcome).toMatchObject({ status: 'complete', text: words.join(''), finish })
      expect(stored?.headers).toMatchObject({ status: 'complete', finish })
      expect(await answer(name, { words: [], ends })).toMatchObject({ stored: { headers: { finish, empty: 'nothing' } } })
    },
  )

  test.each(tells)('an error in the middle of %s fails the response and keeps the text', async () => {
    const { outcome, stored, onError } = await answer(name, { words, ends: 'in error' })
    expect(outcome).toMatchObject({ status: 'failed', text: words.join('') })
    // Anthropic's `messages.stream()` may end without telling why; that it ended too soon is known all the same.
    const said = expect.stringMatching(name === 'anthropic stream' ? /overloaded|before the model did/ : /overloaded/)
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: said })]])
    // Its readers are told no more than that.
    expect(stored).toMatchObject({ text: words.join(''), headers: { status: 'failed', error: 'the model failed' } })
  })

  test.each(tells)('the line of %s is cut: that is no end', async () => {
    const { outcome, stored } = await answer(name, { words, ends: 'cut' })
    expect(outcome).toMatchObject({ status: 'failed', text: words.join('') })
    expect(stored).toMatchObject({ text: words.join(''), headers: { status: 'failed' } })
  })

  test('no server at all fails the response', async () => {
    const server = fakeServer(systemClock, () => ({ ...accepted, delay: 0 }))
    const stream = streamResponse(server, sources[name]!('http://127.0.0.1:1'), {
      repair: { pause: 1 },
      onError: () => undefined,
    })
    const { status, text } = await stream.finished
    expect([status, text]).toEqual([name === 'AI SDK textStream' ? 'complete' : 'failed', ''])
  })
})

test('the steps of the AI SDK, with a tool of the product between them, are apart', async () => {
  const chunk = (delta: object, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason }] })
  const call = { index: 0, id: 'c', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const steps = [
    [chunk({ content: 'Let me ' }), chunk({ content: 'check.' }), chunk({ tool_calls: [call] }), chunk({}, 'tool_calls')],
    [chunk({ content: 'It is ' }), chunk({ content: '3 degrees.' }), chunk({}, 'stop')],
  ]
  const fetch = async () => {
    const events = steps.shift()!.map((data) => `data: ${JSON.stringify({ id: `c${steps.length}`, ...data })}\n\n`)
    return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } })
  }
  const weather = tool({ inputSchema: jsonSchema({ type: 'object', properties: {} }), execute: async () => '3' })
  const model = createOpenAICompatible({ name: 'local', baseURL: 'http://local.test', fetch })('m')
  const source = streamText({ model, messages, tools: { weather }, stopWhen: stepCountIs(2) })
  const server = fakeServer(systemClock, () => ({ ...accepted, delay: 0 }))
  const outcome = await streamResponse(server, source).finished
  expect(outcome).toMatchObject({ status: 'complete', text: 'Let me check.\n\nIt is 3 degrees.', finish: 'stop' })
})
