import Anthropic from '@anthropic-ai/sdk'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'
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

  // textStream says nothing of what goes wrong: whoever wants to know hands over the result itself.
  const tells = name === 'AI SDK textStream' ? [] : [name]
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
