import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a model that reasons and calls two tools sends, request by request. */
export interface ModelRun {
  readonly thoughts: readonly string[]
  readonly words: readonly string[]
  /** The input in the pieces in which it streams. */
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: readonly string[] }[]
  /** The second answer, with the results of the tools. */
  readonly answer: readonly string[]
}

/** A local HTTP server that speaks the vendors' streaming formats. The second request on a path gets the answer. @returns its base URL. */
export async function runServer(run: ModelRun): Promise<string> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const vendor = vendors[path]
    if (!vendor) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    request.resume().on('end', () => {
      const step = asked.get(path) ?? 0
      asked.set(path, step + 1)
      for (const event of step === 0 ? vendor.calls(run) : vendor.answer(run)) send(response, event)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void (server.close(), server.closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A TCP server's.
}

function send(response: ServerResponse, data: unknown): void {
  const { type } = data as { readonly type?: string } // An event, or the end of chat completions.
  if (type !== undefined) response.write(`event: ${type}\n`)
  response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
}

interface Vendor {
  readonly calls: (run: ModelRun) => readonly unknown[]
  readonly answer: (run: ModelRun) => readonly unknown[]
}

const completion = (id: string, deltas: readonly object[], finish_reason: string): readonly unknown[] => {
  const chunk = (delta: object, reason: string | null) => ({
    id,
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  return [
    chunk({ role: 'assistant', content: null }, null),
    ...deltas.map((delta) => chunk(delta, null)),
    chunk({}, finish_reason),
    { id, object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage },
    '[DONE]',
  ]
}

const responses = (items: readonly (readonly unknown[])[], output: readonly unknown[]): readonly unknown[] => {
  const response = { id: 'r1', object: 'response', created_at: 1, model: 'm', output: [] }
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 15,
  }
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    ...items.flat(),
    { type: 'response.completed', response: { ...response, status: 'completed', output, usage } },
  ].map((event, sequence_number) => ({ ...(event as object), sequence_number }))
}

const responseText = (words: readonly string[], output_index: number) => {
  const at = { item_id: `m${output_index}`, output_index, content_index: 0 }
  const part = { type: 'output_text', text: words.join(''), annotations: [] }
  const item = { type: 'message', id: at.item_id, role: 'assistant', status: 'completed', content: [part] }
  const events = [
    { type: 'response.output_item.added', output_index, item: { ...item, content: [], status: 'in_progress' } },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...words.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index, item },
  ]
  return { item, events }
}

const message = (blocks: readonly (readonly unknown[])[], stop_reason: string): readonly unknown[] => [
  {
    type: 'message_start',
    message: {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  },
  ...blocks.flatMap(([content_block, ...deltas], index) => [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]),
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
]

const messageText = (words: readonly string[]): readonly unknown[] => [
  { type: 'text', text: '' },
  ...words.map((text) => ({ type: 'text_delta', text })),
]

const vendors: Readonly<Record<string, Vendor>> = {
  '/chat/completions': {
    calls: ({ thoughts, words, calls }) =>
      completion(
        'c1',
        [
          ...thoughts.map((reasoning_content) => ({ reasoning_content })),
          ...words.map((content) => ({ content })),
          ...calls.flatMap(({ id, name, input }, index) => [
            { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
            ...input.map((text) => ({ tool_calls: [{ index, function: { arguments: text } }] })),
          ]),
        ],
        'tool_calls',
      ),
    answer: ({ answer }) =>
      completion(
        'c2',
        answer.map((content) => ({ content })),
        'stop',
      ),
  },
  '/responses': {
    calls({ thoughts, words, calls }) {
      const text = responseText(words, 1)
      const reasoning = { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: thoughts.join('') }] }
      const items = calls.map(({ id, name, input }) => ({
        type: 'function_call',
        id: `f-${id}`,
        call_id: id,
        name,
        arguments: input.join(''),
        status: 'completed',
      }))
      const thought = { item_id: 'rs', output_index: 0, summary_index: 0 }
      return responses(
        [
          [
            { type: 'response.output_item.added', output_index: 0, item: { ...reasoning, summary: [] } },
            { type: 'response.reasoning_summary_part.added', ...thought, part: { type: 'summary_text', text: '' } },
            ...thoughts.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...thought, delta })),
            { type: 'response.reasoning_summary_text.done', ...thought, text: thoughts.join('') },
            { type: 'response.reasoning_summary_part.done', ...thought, part: reasoning.summary[0] },
            { type: 'response.output_item.done', output_index: 0, item: reasoning },
          ],
          text.events,
          ...items.map((item, index) => [
            {
              type: 'response.output_item.added',
              output_index: index + 2,
              item: { ...item, arguments: '', status: 'in_progress' },
            },
            ...(calls[index]?.input ?? []).map((delta) => ({
              type: 'response.function_call_arguments.delta',
              item_id: item.id,
              output_index: index + 2,
              delta,
            })),
            {
              type: 'response.function_call_arguments.done',
              item_id: item.id,
              output_index: index + 2,
              name: item.name,
              arguments: item.arguments,
            },
            { type: 'response.output_item.done', output_index: index + 2, item },
          ]),
        ],
        [reasoning, text.item, ...items],
      )
    },
    answer({ answer }) {
      const { item, events } = responseText(answer, 0)
      return responses([events], [item])
    },
  },
  '/v1/messages': {
    calls: ({ thoughts, words, calls }) =>
      message(
        [
          [
            { type: 'thinking', thinking: '', signature: '' },
            ...thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
            { type: 'signature_delta', signature: 'signed' },
          ],
          messageText(words),
          ...calls.map(({ id, name, input }) => [
            { type: 'tool_use', id, name, input: {} },
            ...input.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
          ]),
        ],
        'tool_use',
      ),
    answer: ({ answer }) => message([messageText(answer)], 'end_turn'),
  },
}
