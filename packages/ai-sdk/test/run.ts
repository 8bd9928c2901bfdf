import type { UIMessage, UIMessageChunk } from 'ai'
import { createUIMessageStream, jsonSchema, readUIMessageStream, simulateReadableStream, stepCountIs, streamText, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'

type Answer = Awaited<ReturnType<InstanceType<typeof MockLanguageModelV4>['doStream']>>
type Chunk = Answer extends { readonly stream: ReadableStream<infer Each> } ? Each : never

const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 5, text: 5, reasoning: undefined },
}
const ended = (unified: 'stop' | 'tool-calls'): Chunk => ({ type: 'finish', finishReason: { unified, raw: unified }, usage })

const call = (toolCallId: string, toolName: string, input: object): Chunk[] => {
  const text = JSON.stringify(input)
  return [
    { type: 'tool-input-start', id: toolCallId, toolName },
    { type: 'tool-input-delta', id: toolCallId, delta: text.slice(0, 6) },
    { type: 'tool-input-delta', id: toolCallId, delta: text.slice(6) },
    { type: 'tool-input-end', id: toolCallId },
    { type: 'tool-call', toolCallId, toolName, input: text },
  ]
}

/** What the model says in each step. */
const steps: readonly (readonly Chunk[])[] = [
  [
    { type: 'reasoning-start', id: 'r1', providerMetadata: { acme: { at: 'start' } } },
    { type: 'reasoning-delta', id: 'r1', delta: 'Two ' },
    { type: 'reasoning-delta', id: 'r1', delta: 'cities.' },
    { type: 'reasoning-end', id: 'r1', providerMetadata: { acme: { signature: 'signed' } } },
    { type: 'text-start', id: 't1' },
    { type: 'text-delta', id: 't1', delta: 'Let me ' },
    { type: 'text-delta', id: 't1', delta: 'look.' },
    { type: 'text-end', id: 't1' },
    ...call('c1', 'weather', { city: 'Rome' }),
    ...call('c2', 'weather', { city: 'Oslo' }),
    ended('tool-calls'),
  ],
  [...call('c3', 'broken', { why: 'test' }), ended('tool-calls')],
  [...call('c4', 'slow', { rows: [1, 2] }), ended('tool-calls')],
  [
    { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com/weather', title: 'Weather' },
    { type: 'source', sourceType: 'document', id: 's2', mediaType: 'text/plain', title: 'Notes', filename: 'notes.txt' },
    { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'aGk=' } },
    { type: 'text-start', id: 't1' },
    { type: 'text-delta', id: 't1', delta: 'Rome \u{1e} 20, ' },
    { type: 'text-delta', id: 't1', delta: 'Oslo 3.' },
    {
      type: 'text-end',
      id: 't1',
      citations: [
        {
          source: { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com/weather', title: 'Weather' },
          startIndex: 0,
          endIndex: 9,
          citedText: 'Rome 20',
        },
        {
          source: {
            type: 'source',
            sourceType: 'document',
            id: 's2',
            mediaType: 'text/plain',
            title: 'Notes',
            filename: 'notes.txt',
          },
        },
      ],
      providerMetadata: { acme: { itemId: 'i1' } },
    },
    ended('stop'),
  ],
]

/** The same run of an agent each time: reasoning, parallel tools, a tool that fails, one with preliminary results, sources, a file, data. */
export function run(): ReadableStream<UIMessageChunk> {
  let step = 0
  const model = new MockLanguageModelV4({
    doStream: () =>
      Promise.resolve({
        stream: simulateReadableStream({ chunks: [...steps[step++]!], initialDelayInMs: null, chunkDelayInMs: 0 }),
      }),
  })
  const inputSchema = jsonSchema<{ city?: string }>({ type: 'object' })
  const result = streamText({
    model,
    prompt: 'How warm is it?',
    stopWhen: stepCountIs(5),
    onError: () => undefined,
    tools: {
      weather: tool({ inputSchema, execute: ({ city }) => ({ city, degrees: city === 'Rome' ? 20 : 3 }) }),
      broken: tool({ inputSchema, execute: (): Promise<string> => Promise.reject(new Error('secret')) }),
      slow: tool({
        inputSchema,
        async *execute() {
          yield { done: 1 }
          yield { done: 2 }
        },
      }),
    },
  })
  return createUIMessageStream({
    execute({ writer }) {
      writer.merge(
        result
          .toUIMessageStream({
            sendSources: true,
            messageMetadata: ({ part }) => (part.type === 'start' ? { model: 'mock' } : undefined),
            onError: () => 'the tool failed',
          })
          .pipeThrough(
            new TransformStream<UIMessageChunk, UIMessageChunk>({
              transform(chunk, controller) {
                controller.enqueue(chunk)
                if (chunk.type === 'start') controller.enqueue({ type: 'data-progress', id: 'p', data: { percent: 0 } })
                if (chunk.type !== 'finish-step') return
                controller.enqueue({ type: 'data-progress', id: 'p', data: { percent: 50 } })
                controller.enqueue({ type: 'data-note', data: ['step'] })
              },
            }),
          ),
      )
    },
  })
}

/** The message that the AI SDK makes of chunks. */
export async function readBySdk(stream: ReadableStream<UIMessageChunk>): Promise<UIMessage | undefined> {
  let last: UIMessage | undefined
  for await (const message of readUIMessageStream({ stream, onError: () => undefined })) last = message
  return last
}

export function streamOf(chunks: readonly UIMessageChunk[]): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}
