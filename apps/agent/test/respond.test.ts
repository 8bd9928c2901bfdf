import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { APICallError } from '@ai-sdk/provider'
import type { Outcome, Task } from '@streamfold/agent'
import { ReaderError, streamResponse } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import { describe, expect, test } from 'vitest'
import { createFileStore } from '../src/data/file-store.ts'
import type { FileStore } from '../src/data/file-store.ts'
import { openDatabase } from '../src/data/database.ts'
import { createDemoModel } from '../src/demo/demo-model.ts'
import { describeFailure } from '../src/answer/describe-failure.ts'
import { fitBudget } from '../src/answer/fit-budget.ts'
import { createRespond } from '../src/answer/respond.ts'
import { createDocsIndex } from '../src/tools/docs-index.ts'
import { png } from './sample-files.ts'

function message(role: 'user' | 'assistant', text: string, status: Message['status'] = 'complete'): Message {
  return {
    id: text,
    key: text,
    role,
    text,
    status,
    continuity: 'contiguous',
    source: 'history',
    replyTo: undefined,
    clientId: undefined,
    error: undefined,
    createdAt: 0,
    updatedAt: 0,
    version: '',
    headers: {},
    into: undefined,
    parent: undefined,
    edits: undefined,
    again: undefined,
    parts: text === '' ? [] : [{ type: 'text', text, state: 'done' }],
    metadata: undefined,
  }
}

/** A model that says what it is told to say, and notes what it was asked. */
function scripted(parts: readonly LanguageModelV4StreamPart[], error?: unknown) {
  const asked: LanguageModelV4CallOptions[] = []
  const model: LanguageModelV4 = {
    ...createDemoModel(),
    async doStream(options) {
      asked.push(options)
      if (error) throw error
      return {
        stream: new ReadableStream({
          start(controller) {
            for (const part of parts) controller.enqueue(part)
            controller.close()
          },
        }),
      }
    },
  }
  return { model, asked }
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}
const text = (delta: string): LanguageModelV4StreamPart[] => [
  { type: 'stream-start', warnings: [] },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta },
]
const end = (unified: 'stop' | 'interrupted'): LanguageModelV4StreamPart[] => [
  { type: 'text-end', id: '0' },
  { type: 'finish', usage, finishReason: { unified, raw: undefined } },
]

const prompt = message('user', 'question')
const signal = new AbortController().signal
const docs = createDocsIndex()

/** A service that takes everything. */
const writer: ResponseWriter = {
  create: async () => ({ serial: 's' }),
  append: async () => ({ version: null }),
  update: async () => ({ version: null }),
}

const once: Omit<Task, 'messages' | 'prompt' | 'signal' | 'annotate'> = {
  channelName: 'ai:test',
  attempt: 1,
  continued: undefined,
  run: async () => undefined,
  tools: (tools) => tools,
  takeIn: async () => [],
  prepareStep: async () => ({}),
  step: async (_name, work) => work(),
  stream: () => {
    throw new Error('the loop of the AI SDK streams by itself')
  },
  execute: async (_call, work) => work(),
  model: (model) => model,
}

async function answerOf(model: LanguageModelV4, task: Partial<Task> = {}, budget?: number, files?: FileStore): Promise<Outcome> {
  const { messages = [prompt], annotate = () => undefined } = task
  const respond = createRespond(model, docs, budget, undefined, files)
  return streamResponse(writer, await respond({ messages, prompt, signal, annotate, ...once }), {
    onError: () => undefined,
  }).finished
}

describe('the model', () => {
  test('is given the conversation without what is deleted, empty or not on the channel', async () => {
    const { model, asked } = scripted([...text('hello'), ...end('stop')])
    const messages = [
      message('user', 'hi'),
      message('assistant', 'hello there', 'cancelled'),
      message('assistant', '', 'failed'),
      message('user', 'gone', 'deleted'),
      message('user', 'unsent', 'sending'),
      prompt,
    ]
    expect(await answerOf(model, { messages })).toEqual({ status: 'complete', text: 'hello', repairs: 0, finish: 'stop' })
    const [system, ...rest] = asked[0]!.prompt
    expect(system?.role).toBe('system')
    expect(rest.map(({ role, content }) => [role, JSON.stringify(content).match(/"text":"([^"]*)"/)?.[1]])).toEqual([
      ['user', 'hi'],
      ['assistant', 'hello there'],
      ['user', 'question'],
    ])
    expect(asked[0]?.abortSignal).toBeDefined()
  })

  test('is given an uploaded image by its contents, and files that it cannot be given by their names', async () => {
    const { model, asked } = scripted([...text('hello'), ...end('stop')])
    const store = createFileStore(openDatabase(':memory:'), 10_000)
    const image = new Uint8Array(png(3, 2))
    const id = store.put({ mediaType: 'image/png', name: 'photo.png', data: image })!
    const file = (url: string, mediaType: string, filename: string) => ({ type: 'file', url, mediaType, filename }) as const
    const parts = [
      { type: 'text', text: 'question', state: 'done' } as const,
      file(`http://localhost:4520/files/${id}`, 'image/png', 'photo.png'),
      file(`http://localhost:4520/files/${'0'.repeat(32)}`, 'image/png', 'gone.png'),
      file('https://evil.example/tracker.png', 'image/png', 'elsewhere.png'),
    ]
    await answerOf(model, { messages: [{ ...prompt, parts }] }, undefined, store)
    const content = asked[0]!.prompt.at(-1)!.content as readonly { readonly type: string }[] // A user's message.
    const given = content.filter(({ type }) => type === 'file')
    expect(given).toMatchObject([{ mediaType: 'image/png', filename: 'photo.png', data: { type: 'data' } }])
    const said = JSON.stringify(content.filter(({ type }) => type === 'text'))
    expect(said).toContain('gone.png')
    expect(said).toContain('elsewhere.png')
  })

  test('is given what fits its budget, cut from the oldest, and is told so, as readers are', async () => {
    const many = Array.from({ length: 300 }, (_, n) => message(n % 2 ? 'assistant' : 'user', `message number ${n}`))
    const { model, asked } = scripted([...text('hello'), ...end('stop')])
    const notes: unknown[] = []
    await answerOf(model, { messages: many, annotate: (headers) => void notes.push(headers) }, 500)
    const [system, ...rest] = asked[0]!.prompt
    const omitted = many.length - rest.length
    expect(omitted).toBeGreaterThan(200)
    expect(rest.length).toBeGreaterThan(40)
    expect(JSON.stringify(rest.at(-1))).toContain('message number 299')
    expect(JSON.stringify(system)).toContain(`first ${omitted} messages are left out`)
    expect(notes).toEqual([{ omitted: String(omitted) }])
  })

  test.each([9, 10, 11, 12])(
    'is given a history that begins with a user’s message, wherever the budget cuts it (%i)',
    (budget) => {
      const said = (n: number) => message(n % 2 ? 'assistant' : 'user', 'x'.repeat(1 + (n % 3)))
      const many = [...Array.from({ length: 20 }, (_, n) => said(n)), prompt]
      for (let tokens = budget; tokens < 200; tokens += 4) {
        const { messages, omitted } = fitBudget(many, tokens)
        expect(messages[0]?.role).toBe('user')
        expect(messages.at(-1)).toBe(prompt)
        expect(omitted + messages.length).toBe(many.length)
      }
    },
  )

  test('always sees the prompt, however long', async () => {
    const { messages, omitted } = fitBudget([message('user', 'old'), message('user', 'word '.repeat(10_000))], 100)
    expect([messages.length, omitted]).toEqual([1, 1])
    expect(fitBudget([], 100)).toEqual({ messages: [], omitted: 0 })
    const asked = message('user', 'word '.repeat(10_000))
    const waits = { ...message('assistant', 'so far'), replyTo: asked.id }
    expect(fitBudget([message('user', 'old'), asked, message('user', 'later'), waits], 100).messages).toHaveLength(3)
  })

  test('counts calls and results of tools, which stay together', () => {
    const input = '{"query":"streamfold"}'
    const call = {
      type: 'tool-search',
      toolCallId: 'c',
      state: 'output-available',
      input: JSON.parse(input),
      inputText: input,
      output: { found: 'word '.repeat(200) },
    } as const
    const answer = { ...message('assistant', 'x'), parts: [call] }
    const messages = [message('user', 'first'), answer, message('user', 'last')]
    expect(fitBudget(messages, 100).messages.map(({ text }) => text)).toEqual(['last'])
    expect(fitBudget(messages, 400).messages).toEqual(messages)
  })

  test('counts an output that is nested deeply', () => {
    let output: unknown = 1
    for (let depth = 0; depth < 30_000; depth++) output = [output]
    const call = { type: 'tool-x', toolCallId: 'c', state: 'output-available', input: {}, inputText: '{}', output } as const
    const messages = [message('user', 'first'), { ...message('assistant', 'x'), parts: [call] }, prompt]
    expect(fitBudget(messages, 1_000).omitted).toBe(0)
  })

  test('one long word does not stop the process while it is counted', () => {
    const long = [
      message('user', 'x'.repeat(60_000)),
      message('user', ' '.repeat(60_000) + '.'),
      message('user', '漢'.repeat(20_000)),
    ]
    fitBudget(long, 1_000_000) // loads the tokenizer
    const { user } = process.threadCpuUsage()
    expect(fitBudget(long, 1_000_000).omitted).toBe(0)
    expect((process.threadCpuUsage().user - user) / 1_000).toBeLessThan(500)
  })

  test.each([
    ['reports an error', [...text('half'), { type: 'error', error: new Error('cut') } as const], 'cut'],
    ['is interrupted', [...text('half'), ...end('interrupted')], 'interrupted'],
  ])('that %s does not look complete', async (_, parts, reason) => {
    const outcome = await answerOf(scripted(parts).model)
    expect(outcome).toMatchObject({ status: 'failed', text: 'half', error: { message: expect.stringContaining(reason) } })
  })

  test('that cannot be called fails the answer', async () => {
    const error = apiError(401)
    expect(await answerOf(scripted([], error).model)).toMatchObject({ status: 'failed', error })
  })
})

function apiError(statusCode: number | undefined, code?: unknown): APICallError {
  return new APICallError({
    message: 'Incorrect API key provided: sk-secret',
    url: 'https://host/secret',
    requestBodyValues: { prompt: 'secret' },
    isRetryable: false,
    data: { error: { code, message: 'secret' } },
    ...(statusCode !== undefined && { statusCode }),
  })
}

test.each([
  [apiError(401), /API key/],
  [apiError(400, 'content_filter'), /other words/],
  [apiError(400, 'context_length_exceeded'), /too long/],
  [apiError(400, 'toString'), /400/],
  [apiError(404), /MODEL/],
  [apiError(429), /later/],
  [apiError(500), /500/],
  [apiError(undefined), /could not be reached/],
  [new Error('secret'), /the model failed/],
  [new ReaderError('the agent was stopped'), /the agent was stopped; try again/],
  ['secret', /the model failed/],
])('a failure is told without its secrets (%#)', (error, told) => {
  expect(describeFailure(error)).toMatch(told)
  expect(describeFailure(error)).not.toContain('secret')
})
