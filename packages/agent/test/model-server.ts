import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What the model says, and how it ends: as it should, at a limit, by a filter, with the line cut, or with an error of its own. */
export interface Script {
  readonly words: readonly string[]
  readonly ends: 'well' | 'at a limit' | 'filtered' | 'cut' | 'in error'
}

/** A local HTTP server that speaks the vendors' streaming formats. @returns its base URL. */
export async function modelServer({ words, ends }: Script): Promise<string> {
  const server = createServer((request, response) => {
    const vendor = vendors[request.url ?? '']
    if (!vendor) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    request.resume().on('end', () => {
      for (const event of vendor.begin) send(response, event)
      for (const word of words) send(response, vendor.word(word))
      if (ends === 'cut') return void response.end()
      for (const event of vendor[ends]) send(response, event)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void (server.close(), server.closeAllConnections()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A TCP server's.
}

interface Event {
  readonly event?: string
  readonly data: unknown
}

function send(response: ServerResponse, { event, data }: Event): void {
  if (event) response.write(`event: ${event}\n`)
  response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
}

interface Vendor {
  readonly begin: readonly Event[]
  readonly word: (text: string) => Event
  readonly well: readonly Event[]
  readonly 'at a limit': readonly Event[]
  readonly filtered: readonly Event[]
  readonly 'in error': readonly Event[]
}

const chunk = (delta: object, finish_reason: string | null): Event => ({
  data: { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] },
})
const named = (data: { readonly type: string; readonly [field: string]: unknown }): Event => ({ event: data.type, data })
const response = { id: 'r1', object: 'response', created_at: 1, model: 'm', output: [] }
const message = { id: 'm1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null }
const usage = { input_tokens: 1, output_tokens: 1 }

const incomplete = (reason: string): Event =>
  named({ type: 'response.incomplete', response: { ...response, status: 'incomplete', incomplete_details: { reason } } })
const stopped = (stop_reason: string): readonly Event[] => [
  named({ type: 'content_block_stop', index: 0 }),
  named({ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage }),
  named({ type: 'message_stop' }),
]

const vendors: Readonly<Record<string, Vendor>> = {
  '/chat/completions': {
    begin: [chunk({ role: 'assistant', content: '' }, null)],
    word: (content) => chunk({ content }, null),
    well: [chunk({}, 'stop'), { data: '[DONE]' }],
    'at a limit': [chunk({}, 'length'), { data: '[DONE]' }],
    filtered: [chunk({}, 'content_filter'), { data: '[DONE]' }],
    'in error': [{ data: { error: { message: 'overloaded', type: 'server_error' } } }],
  },
  '/responses': {
    begin: [named({ type: 'response.created', response: { ...response, status: 'in_progress' } })],
    word: (delta) =>
      named({ type: 'response.output_text.delta', delta, item_id: 'i', output_index: 0, content_index: 0, logprobs: [] }),
    well: [named({ type: 'response.completed', response: { ...response, status: 'completed' } })],
    'at a limit': [incomplete('max_output_tokens')],
    filtered: [incomplete('content_filter')],
    'in error': [
      named({ type: 'response.failed', response: { ...response, status: 'failed', error: { message: 'overloaded' } } }),
    ],
  },
  '/v1/messages': {
    begin: [
      named({ type: 'message_start', message: { ...message, usage } }),
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      named({ type: 'ping' }),
    ],
    word: (text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    well: stopped('end_turn'),
    'at a limit': stopped('max_tokens'),
    filtered: stopped('refusal'),
    'in error': [named({ type: 'error', error: { type: 'overloaded_error', message: 'overloaded' } })],
  },
}
